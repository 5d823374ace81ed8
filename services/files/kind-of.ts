/**
 * What a file is, from its bytes: what its sender says is not believed. It must begin as its kind begins and end as
 * its kind ends; what hides a second file before or behind the first is refused.
 */
import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { extensionOf, type Kind } from './kinds.ts'
import { archiveEnd, LONGEST_END, officeKindOf } from './office-kind.ts'
import { broken } from './refusal.ts'

const JPEG = Buffer.from([0xff, 0xd8, 0xff])
const PNG = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
const PDF = Buffer.from('%PDF-')
const ZIP = Buffer.from('PK\x03\x04', 'latin1')
const PDF_END = '%%EOF'
const LONGEST = 8

/** Undefined where it is none of the kinds that are kept; throws `file-broken`. `name` tells a table from a text. */
export const kindOf = async (file: string, name: string): Promise<Kind | undefined> => {
  const handle = await open(file)
  try {
    const { size } = await handle.stat()
    if (size === 0) throw broken('文件是空的', 'it is empty')
    const head = await readAt(handle, 0, LONGEST)
    const begins = (mark: Buffer) => head.subarray(0, mark.length).equals(mark)
    if (begins(JPEG)) return 'jpeg'
    if (begins(PNG)) return 'png'
    if (begins(PDF)) return await wholePdf(handle, size)
    if (begins(ZIP)) return await officeKindOf((from, length) => readAt(handle, from, length), size)
  } finally {
    await handle.close()
  }
  return (await isText(file)) ? (extensionOf(name) === 'csv' ? 'csv' : 'txt') : undefined
}

const readAt = async (handle: FileHandle, from: number, length: number): Promise<Buffer> => {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, from)
  return buffer.subarray(0, bytesRead)
}

/** Behind its mark writers leave spaces and line breaks; an archive would hide there, or around it as its comment. */
const wholePdf = async (handle: FileHandle, size: number): Promise<Kind> => {
  const tail = await readAt(handle, Math.max(0, size - LONGEST_END), LONGEST_END)
  const end = tail.lastIndexOf(PDF_END)
  if (end < 0) throw broken('PDF 没有结尾，可能没有传完', 'a PDF without its end')
  const behind = tail.toString('latin1', end + PDF_END.length)
  if (/[^\s\0]/.test(behind) || archiveEnd(tail) !== undefined)
    throw broken('PDF 结尾之后还有别的内容', 'something else stands behind the end of a PDF')
  return 'pdf'
}

/** Control characters other than tab, line feed, form feed and carriage return. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\x00-\x08\x0b\x0e-\x1f\x7f]/

const isText = async (file: string): Promise<boolean> => {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for await (const chunk of createReadStream(file))
      if (CONTROL.test(decoder.decode(chunk, { stream: true }))) return false
    decoder.decode()
    return true
  } catch (error) {
    if (error instanceof TypeError) return false
    throw error
  }
}
