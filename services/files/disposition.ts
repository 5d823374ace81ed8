/** How a file is handed out: to be saved under its name, never shown by the browser (RFC 6266, RFC 8187). */
import { fits, KINDS, type Kind } from './kinds.ts'

export const dispositionOf = (name: string, kind: Kind): string => {
  const full = fits(name, kind) ? name : `${name}.${KINDS[kind].extensions[0]}`
  return `attachment; filename="${plain(full)}"; filename*=UTF-8''${encoded(full)}`
}

/** For what reads no other: letters and digits of ASCII, and no more dots than one. */
const plain = (name: string): string => {
  const [, stem = '', extension = ''] = /^(.*)\.([^.]*)$/s.exec(name) ?? []
  const safe = stem.replace(/[^A-Za-z0-9 _-]+/g, '_')
  return `${/[A-Za-z0-9]/.test(safe) ? safe : 'file'}.${extension.replace(/[^A-Za-z0-9]/g, '')}`
}

/** `encodeURIComponent` leaves some that RFC 8187 does not allow. */
const encoded = (name: string): string =>
  encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    each => `%${each.charCodeAt(0).toString(16).toUpperCase()}`,
  )
