/** A definition that cannot be right, refused when it is defined, in a sentence that says what and where. */
export class DefinitionError extends Error {
  readonly code = 'wrong-definition'
}
