import type { Readable } from 'node:stream'

/** No line of the control channel is longer, in UTF-16 code units. */
export const MAX_LINE_LENGTH = 16_384

export type LineListener = {
  line(text: string): void
  /** A line was longer than the limit; it was dropped up to its newline. */
  tooLong(): void
  end(): void
}

/** Cuts a stream into lines. Memory is bounded: what exceeds a line's limit is dropped while it arrives. */
export function readLines(stream: Readable, listener: LineListener): void {
  let kept = ''
  let dropping = false

  function add(piece: string): void {
    if (dropping) return
    kept += piece
    if (kept.length <= MAX_LINE_LENGTH) return
    kept = ''
    dropping = true
    listener.tooLong()
  }

  function endOfLine(): void {
    const line = kept.trim()
    const wasDropping = dropping
    kept = ''
    dropping = false
    if (!wasDropping && line !== '') listener.line(line)
  }

  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    const pieces = chunk.split('\n')
    pieces.forEach((piece, index) => {
      add(piece)
      if (index < pieces.length - 1) endOfLine()
    })
  })
  stream.once('end', () => listener.end())
  stream.once('error', () => listener.end())
}
