/** The kinds of files that are kept. */

export type Kind = 'pdf' | 'jpeg' | 'png' | 'xlsx' | 'docx' | 'csv' | 'txt'

/** The first extension is the one that is given where a name has none. */
export const KINDS: Record<Kind, { mediaType: string; extensions: readonly [string, ...string[]] }> = {
  pdf: { mediaType: 'application/pdf', extensions: ['pdf'] },
  jpeg: { mediaType: 'image/jpeg', extensions: ['jpg', 'jpeg', 'jpe', 'jfif'] },
  png: { mediaType: 'image/png', extensions: ['png'] },
  xlsx: {
    mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    extensions: ['xlsx'],
  },
  docx: {
    mediaType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    extensions: ['docx'],
  },
  csv: { mediaType: 'text/csv; charset=utf-8', extensions: ['csv'] },
  txt: { mediaType: 'text/plain; charset=utf-8', extensions: ['txt', 'text', 'md', 'log'] },
}

/** In lower case, without the dot; empty where a name has none. */
export const extensionOf = (name: string): string => /\.([a-z0-9]{1,8})$/i.exec(name)?.[1]?.toLowerCase() ?? ''

export const fits = (name: string, kind: Kind): boolean => KINDS[kind].extensions.includes(extensionOf(name))
