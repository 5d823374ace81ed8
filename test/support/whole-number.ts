/**
 * The whole number that an option of the command line says. Anything else ends the program before it begins: a run with
 * `NaN` kills would kill nobody, and find nothing.
 */
export const wholeNumber = (option: string, said: string, atLeast: number): number => {
  const number = said.trim() === '' ? Number.NaN : Number(said)
  if (!Number.isSafeInteger(number) || number < atLeast)
    throw new RangeError(`--${option} is a whole number from ${atLeast} on, not '${said}'`)
  return number
}
