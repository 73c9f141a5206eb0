import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Welcome } from '#lib/protocol/events.ts'
import { decodeFrame, type Frame } from '#lib/protocol/frame.ts'
import { MAX_BODY_BYTES, PROTOCOL_VERSION } from '#lib/protocol/limits.ts'
import { SAMPLE_WORDS } from '#lib/protocol/sample-record.ts'
import { until } from '#tests/until.ts'
import { type Browser, type OpenDashboard, openBrowser, openTestDashboard } from './dashboard.ts'

let dashboard: OpenDashboard
const browsers: Browser[] = []

beforeEach(async () => {
  dashboard = await openTestDashboard()
})
afterEach(async () => {
  for (const browser of browsers.splice(0)) browser.disconnect()
  await dashboard.close()
})

/** A browser that writes down what it hears and takes in every frame. */
async function join(handshake: Parameters<typeof openBrowser>[1] = {}) {
  const socket = openBrowser(dashboard.origin, handshake)
  browsers.push(socket)
  const frames: Frame[] = []
  socket.on('burst:frame', (bytes) => {
    const frame = decodeFrame(new Uint8Array(bytes))
    frames.push(frame)
    const nextSeq = frame.firstSeq + frame.samples.length / SAMPLE_WORDS
    socket.emit('frame:taken', { burst: frame.burst, nextSeq })
  })
  const welcome = await new Promise<Welcome>((resolve, reject) => {
    socket.on('welcomed', resolve)
    socket.on('connect_error', reject)
  })
  const seqs = () =>
    frames.flatMap(({ firstSeq, samples }) =>
      Array.from({ length: samples.length / SAMPLE_WORDS }, (_, index) => firstSeq + index),
    )
  return { socket, welcome, frames, seqs }
}

const command = (socket: Browser, name: 'burst:start' | 'burst:cancel' | 'cluster:scale', value: object) =>
  socket.timeout(30_000).emitWithAck(name, value as never)

const finished = (socket: Browser) => new Promise((resolve) => socket.once('burst:finished', resolve))
const upTo = (end: number, from = 0) => Array.from({ length: end - from }, (_, index) => from + index)

describe('a browser', () => {
  it('is welcomed with the cluster', async () => {
    const { welcome } = await join()
    expect(welcome).toMatchObject({ protocol: PROTOCOL_VERSION, burst: null, resumed: false, cluster: { replicas: 2 } })
  })

  it('without the token, or of another protocol, is refused', async () => {
    await expect(join({ token: 'wrong-wrong-wrong-wrong' })).rejects.toThrow('no-token')
    await expect(join({ protocol: 99 })).rejects.toThrow('outdated')
  })

  it('sends a burst and gets every sample once, with totals that agree', async () => {
    const { socket, seqs, frames } = await join()
    const end = finished(socket)
    expect(await command(socket, 'burst:start', { requests: 500, concurrency: 8 })).toMatchObject({ ok: true })
    expect(await end).toMatchObject({ answered: 500, deviations: null })
    expect(seqs()).toEqual(upTo(500))
    expect(frames.at(-1)?.totals).toMatchObject({ sent: 500, answered: 500, inFlight: 0 })
  })

  it('sees the burst of another browser, and may cancel it', async () => {
    const [one, other] = [await join(), await join()]
    const started = new Promise<{ id: string }>((resolve) => other.socket.once('burst:started', resolve))
    await command(one.socket, 'burst:start', { durationMs: 60_000, ratePerSecond: 50 })
    const { id } = await started
    const end = finished(one.socket)
    expect(await command(other.socket, 'burst:cancel', { id })).toMatchObject({
      ok: true,
      value: { status: 'cancelled' },
    })
    expect(await end).toMatchObject({ status: 'cancelled' })
  })

  it('is told of earlier runs in brief, and of the latest one whole', async () => {
    const first = await join()
    for (const requests of [2, 3]) {
      const end = finished(first.socket)
      await command(first.socket, 'burst:start', { requests })
      await end
    }
    const { welcome } = await join()
    const [latest, earlier] = welcome.runs
    expect(latest).toMatchObject({ sent: 3, stretches: [{ answered: 3 }], stretchesLeftOut: 0 })
    expect(earlier).toMatchObject({ sent: 2, stretches: [], stretchesLeftOut: 1 })
    expect(earlier?.verdict.sentence).not.toBe('')
  })

  it('that joins late sees the same totals and samples', async () => {
    const early = await join()
    const end = finished(early.socket)
    await command(early.socket, 'burst:start', { requests: 60, ratePerSecond: 200 })
    const late = await join()
    const lateEnd = finished(late.socket)
    await Promise.all([end, lateEnd])
    expect(late.seqs()).toEqual(upTo(60))
    expect(late.frames.at(-1)?.totals).toEqual(early.frames.at(-1)?.totals)
  })

  it('that has everything is sent nothing after the end, however often it says so', async () => {
    const { socket, frames, seqs } = await join()
    const end = finished(socket)
    await command(socket, 'burst:start', { requests: 20 })
    await end
    expect(seqs()).toEqual(upTo(20))
    const before = frames.length
    // Longer than the pause between two frames of totals.
    for (const over = performance.now() + 600; performance.now() < over; ) {
      socket.emit('frame:taken', { burst: 1, nextSeq: 20 })
      await command(socket, 'burst:cancel', { id: 'b999' })
      await new Promise((resolve) => setTimeout(resolve, 60))
    }
    expect(frames).toHaveLength(before)
  })

  it('that is cut off in mid-burst comes back without a gap or a double', async () => {
    const first = await join()
    await command(first.socket, 'burst:start', { requests: 300, ratePerSecond: 400 })
    while (first.seqs().length < 50) await new Promise((resolve) => setTimeout(resolve, 5))
    first.socket.disconnect()
    const seen = first.seqs()
    const second = await join({ resume: { boot: first.welcome.boot, burst: 1, nextSeq: seen.length } })
    expect(second.welcome.resumed).toBe(true)
    await finished(second.socket)
    expect([...seen, ...second.seqs()]).toEqual(upTo(300))
  })

  it('that was cut off from an earlier start of the server does not take up a burst of the same number', async () => {
    const first = await join()
    const end = finished(first.socket)
    await command(first.socket, 'burst:start', { requests: 30 })
    await end
    const second = await join({ resume: { boot: 'an earlier start', burst: 1, nextSeq: 10 } })
    expect(second.welcome).toMatchObject({ resumed: false, boot: first.welcome.boot })
    await until('it has all', () => second.seqs().length === 30)
    expect(second.seqs()).toEqual(upTo(30))
  })
})

describe('a command', () => {
  it('carries a body of 64 KB, also where JSON writes each of its characters in two bytes, or in six', async () => {
    const { socket } = await join()
    for (const body of ['x'.repeat(MAX_BODY_BYTES), '"'.repeat(MAX_BODY_BYTES), '\u0001'.repeat(MAX_BODY_BYTES)]) {
      const end = finished(socket)
      expect(await command(socket, 'burst:start', { requests: 2, method: 'POST', body })).toMatchObject({ ok: true })
      expect(await end).toMatchObject({ answered: 2 })
    }
    expect(socket.connected).toBe(true)
  })

  it('that is malformed or out of bounds is answered with a problem', async () => {
    const { socket } = await join()
    for (const [name, value, code] of [
      ['burst:start', { requests: 'many' }, 'malformed'],
      ['burst:start', null, 'malformed'],
      ['burst:cancel', { id: '../x' }, 'malformed'],
      ['burst:cancel', { id: 'b77' }, 'not-found'],
      ['cluster:scale', { replicas: 99 }, 'out-of-bounds'],
    ] as const) {
      expect(await command(socket, name, value as object)).toMatchObject({ ok: false, problem: { code } })
    }
  })

  it('to scale is answered when it is reached, and all browsers see the snapshots', async () => {
    const [one, other] = [await join(), await join()]
    const seen: number[] = []
    other.socket.on('cluster:changed', ({ backends }) => seen.push(backends.length))
    expect(await command(one.socket, 'cluster:scale', { replicas: 5 })).toMatchObject({
      ok: true,
      value: { replicas: 5 },
    })
    while (seen.at(-1) !== 5) await new Promise((resolve) => setTimeout(resolve, 5))
  })

  it('that comes too often is refused, and then the browser is dropped', async () => {
    const { socket } = await join()
    const dropped = new Promise((resolve) => socket.once('disconnect', resolve))
    const answers: unknown[] = []
    for (let index = 0; index < 100; index++) {
      socket.emit('burst:cancel', { id: 'b9' }, (answer) => answers.push(answer))
    }
    expect(await dropped).toBe('io server disconnect')
    expect(JSON.stringify(answers)).toContain('too-many')
  })
})
