import { describe, expect, it } from 'vitest'
import { MAX_EXPORTS } from '#lib/protocol/limits.ts'
import { exportStream } from '#lib/server/export-stream.ts'

const parts = (count: number) => {
  let left = count
  return () => (left-- > 0 ? Uint8Array.of(left) : null)
}
const readAll = async (stream: ReadableStream<Uint8Array>): Promise<number> => {
  let read = 0
  for await (const part of stream) read += part.length
  return read
}

describe('a download', () => {
  it('lets the event loop turn between its parts', async () => {
    let turns = 0
    let isOver = false
    const turn = () => {
      turns++
      if (!isOver) setImmediate(turn)
    }
    setImmediate(turn)
    expect(await readAll(exportStream(parts(50)))).toBe(50)
    isOver = true
    expect(turns).toBeGreaterThanOrEqual(50)
  })

  it('beyond the bound is refused, until one is over, given up or broken', async () => {
    const fill = () => Array.from({ length: MAX_EXPORTS }, () => exportStream(parts(1_000_000)))
    const open = fill()
    expect(() => exportStream(parts(1))).toThrow('downloads are under way')
    for (const stream of open) await stream.cancel()
    const broken = exportStream(() => {
      throw new Error('no samples')
    })
    await expect(readAll(broken)).rejects.toThrow('no samples')
    await readAll(exportStream(parts(3)))
    for (const stream of fill()) await stream.cancel()
  })

  it('that nobody reads is given up', async () => {
    const streams = Array.from({ length: MAX_EXPORTS }, () => exportStream(parts(1_000_000), 10))
    await Promise.all(
      streams.map((stream) => expect(stream.getReader().closed).rejects.toThrow('Nobody read the download')),
    )
    expect(await readAll(exportStream(parts(1)))).toBe(1)
  })
})
