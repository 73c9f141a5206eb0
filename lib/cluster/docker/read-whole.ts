import type { Readable } from 'node:stream'
import { LogLines } from './log-lines.ts'

const LONGEST_OUTPUT_BYTES = 65_536

/** All lines that a command says until it ends, both streams, at most 64 KB. */
export async function readWhole(stream: Readable): Promise<string[]> {
  const reader = new LogLines()
  const lines: string[] = []
  let bytes = 0
  for await (const chunk of stream) {
    bytes += chunk.length
    if (bytes > LONGEST_OUTPUT_BYTES) break
    lines.push(...reader.take(chunk))
  }
  return [...lines, ...reader.rest()]
}
