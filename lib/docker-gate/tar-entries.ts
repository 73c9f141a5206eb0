const BLOCK_BYTES = 512
const MAX_ENTRIES = 16
const NAME = /^[a-z][a-z0-9.-]{0,63}$/
const OCTAL = /^[0-7]{1,11}$/

const textAt = (block: Uint8Array, start: number, length: number): string => {
  const field = block.subarray(start, start + length)
  const end = field.indexOf(0)
  return Buffer.from(end === -1 ? field : field.subarray(0, end))
    .toString('latin1')
    .trim()
}

/**
 * Why this archive may not be unpacked in the front door's folder, or null: plain files with plain names, nothing else.
 * Layout: POSIX.1-1988 ustar header, 512-byte blocks.
 */
export function whyNotUnpacked(archive: Uint8Array): string | null {
  let at = 0
  for (let entries = 0; at + BLOCK_BYTES <= archive.length; entries += 1) {
    const header = archive.subarray(at, at + BLOCK_BYTES)
    if (header.every((byte) => byte === 0)) {
      return archive.subarray(at).every((byte) => byte === 0) ? null : 'something follows the end of the archive'
    }
    const size = textAt(header, 124, 12)
    const mode = textAt(header, 100, 8)
    const type = header[156]
    if (entries >= MAX_ENTRIES) return 'too many files'
    if (!NAME.test(textAt(header, 0, 100)) || textAt(header, 345, 155) !== '')
      return 'a file has a name of another kind'
    if (type !== 0x30 && type !== 0) return 'an entry is not a plain file'
    if (textAt(header, 157, 100) !== '') return 'an entry is a link'
    if (!OCTAL.test(size) || !OCTAL.test(mode)) return 'a header is not one'
    if (Number.parseInt(mode, 8) > 0o777) return 'a file has special bits'
    at += BLOCK_BYTES * (1 + Math.ceil(Number.parseInt(size, 8) / BLOCK_BYTES))
  }
  return at === archive.length && at > 0 ? null : 'it is not a whole archive'
}
