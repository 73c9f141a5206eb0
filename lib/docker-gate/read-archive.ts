import { BLOCK_BYTES } from '../compose/tar.ts'

export type ArchiveEntry = { name: string; mode: number; content: Uint8Array }

const OCTAL = /^[0-7]{1,11}$/

const textAt = (block: Uint8Array, start: number, length: number): string => {
  const field = block.subarray(start, start + length)
  const end = field.indexOf(0)
  return Buffer.from(end === -1 ? field : field.subarray(0, end)).toString('latin1')
}

function readHeader(header: Uint8Array): { name: string; mode: number; size: number } | { refused: string } {
  const [size, mode] = [textAt(header, 124, 12).trim(), textAt(header, 100, 8).trim()]
  const type = header[156]
  if (type !== 0x30 && type !== 0) return { refused: 'an entry is not a plain file' }
  if (textAt(header, 157, 100) !== '') return { refused: 'an entry is a link' }
  if (textAt(header, 345, 155) !== '') return { refused: 'a name is split in two' }
  if (!OCTAL.test(size) || !OCTAL.test(mode)) return { refused: 'a header is not one' }
  return { name: textAt(header, 0, 100), mode: Number.parseInt(mode, 8), size: Number.parseInt(size, 8) }
}

/**
 * The plain files of an archive, at most `most` of them, or why they cannot be read in one way only.
 * Layout: POSIX.1-1988 ustar header, 512-byte blocks.
 */
export function readArchive(archive: Uint8Array, most: number): ArchiveEntry[] | { refused: string } {
  const entries: ArchiveEntry[] = []
  let at = 0
  while (at + BLOCK_BYTES <= archive.length) {
    const block = archive.subarray(at, at + BLOCK_BYTES)
    if (block.every((byte) => byte === 0)) {
      const isEnd = archive.subarray(at).every((byte) => byte === 0)
      return isEnd ? entries : { refused: 'something follows the end of the archive' }
    }
    const header = readHeader(block)
    if ('refused' in header) return header
    if (entries.length >= most) return { refused: `it holds more than ${most} files` }
    const { name, mode, size } = header
    const content = archive.subarray(at + BLOCK_BYTES, at + BLOCK_BYTES + size)
    if (content.length !== size) return { refused: 'it is not a whole archive' }
    entries.push({ name, mode, content })
    at += BLOCK_BYTES * (1 + Math.ceil(size / BLOCK_BYTES))
  }
  return at === archive.length && at > 0 ? entries : { refused: 'it is not a whole archive' }
}
