import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { MAX_LINE_LENGTH, readLines } from '#service/line-reader.ts'

async function linesOf(chunks: (string | Buffer)[]): Promise<string[]> {
  const stream = new PassThrough()
  const seen: string[] = []
  const ended = new Promise<void>((resolve) => {
    readLines(stream, {
      line: (text) => seen.push(text),
      tooLong: () => seen.push('(too long)'),
      end: () => resolve(),
    })
  })
  for (const chunk of chunks) stream.write(chunk)
  stream.end()
  await ended
  return seen
}

it('joins lines that arrive in pieces, split anywhere, characters included', async () => {
  const bytes = Buffer.from('{"a":"é"}\r\n\nsecond\nunfinished')
  expect(await linesOf([...bytes].map((byte) => Buffer.of(byte)))).toEqual(['{"a":"é"}', 'second'])
})

it('drops a line over the limit, says so once, and reads the next one', async () => {
  const half = 'x'.repeat(MAX_LINE_LENGTH / 2)
  expect(await linesOf([half, half, half, half, '\nnext\n'])).toEqual(['(too long)', 'next'])
})

it('takes a line of exactly the limit', async () => {
  const longest = 'x'.repeat(MAX_LINE_LENGTH)
  expect(await linesOf([`${longest}\n`])).toEqual([longest])
})
