import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BackendHost } from '#lib/cluster/backend-host.ts'
import { until } from '#tests/until.ts'

export type OpenHost = {
  host: BackendHost
  /** From outside, as a person would: SIGSTOP or `docker pause`, and back. */
  freeze: (number: number) => Promise<void>
  thaw: (number: number) => Promise<void>
  kill: (number: number) => Promise<void>
  /** How many containers or processes there really are, running or not. */
  count: () => Promise<number>
  /** What stays of the last backend that is stopped: a stopped container to copy, or nothing. */
  leaves: 0 | 1
  close: () => Promise<void>
}

/** What every place where backends run promises about its channel into each of them. `open` gives one with two backends that are up. */
export function channelContract(open: () => Promise<OpenHost>): void {
  let opened: OpenHost
  let host: BackendHost
  beforeAll(async () => {
    opened = await open()
    host = opened.host
  })
  afterAll(() => opened?.close())

  const key = (number: number): string => host.backends().find((one) => one.number === number)?.backend ?? ''
  const stateIs = (number: number, state: string) =>
    until(`${number} is ${state}`, () => host.backends().find((one) => one.number === number)?.state === state)

  describe('the channel into a backend', () => {
    it('carries a command there and its answer back', async () => {
      expect(await host.command(key(1), { command: 'ping' })).toEqual({ ok: true, fields: {} })
    })

    it('leads to one backend, not to its neighbour', async () => {
      await host.command(key(1), { command: 'fault', kind: 'errors', status: 503, share: 0.5 })
      const [one, other] = await Promise.all([1, 2].map((number) => host.command(key(number), { command: 'faults' })))
      expect(one).toEqual({ ok: true, fields: { faults: [{ kind: 'errors', status: 503, share: 0.5 }] } })
      expect(other).toEqual({ ok: true, fields: { faults: [] } })
      expect(await host.command(key(1), { command: 'heal' })).toEqual({ ok: true, fields: { faults: [] } })
    })

    it('keeps many commands at once apart', async () => {
      const asked = Array.from({ length: 60 }, (_, index) => index)
      const answers = await Promise.all(
        asked.map((ms) => host.command(key(1), { command: 'fault', kind: 'latency', ms, share: 0 })),
      )
      expect(answers).toEqual(
        asked.map((ms) => ({ ok: true, fields: { faults: [{ kind: 'latency', ms, jitterMs: 0, share: 0 }] } })),
      )
      await host.command(key(1), { command: 'heal' })
    })

    it("brings a refusal back in the backend's own words", async () => {
      const refused = host.command(key(2), { command: 'fault', kind: 'errors', status: 200 })
      expect(await refused).toEqual({ ok: false, error: 'status: an integer from 500 to 599 is needed' })
    })

    it('does not lead to a backend that is not there', async () => {
      const nobody = host.command('0123456789ab', { command: 'ping' })
      await expect(nobody).rejects.toMatchObject({ problem: { code: 'not-found' } })
    })

    it('does not reach a paused backend, and does again when it goes on', async () => {
      await opened.freeze(2)
      await stateIs(2, 'paused')
      const problem = { code: 'not-reached', cause: 'it is paused' }
      await expect(host.command(key(2), { command: 'ping' })).rejects.toMatchObject({ problem })
      await opened.thaw(2)
      await stateIs(2, 'up')
      expect(await host.command(key(2), { command: 'ping' })).toEqual({ ok: true, fields: {} })
    })

    it('fails a command within its 5 s when the backend freezes or dies under it', async () => {
      await opened.freeze(2)
      // Whether that is known already decides the words only.
      const sent = host.command(key(2), { command: 'ping' })
      await expect(sent).rejects.toMatchObject({ problem: { code: 'not-reached' } })
      await opened.thaw(2)
      await stateIs(2, 'up')
      const alive = host.command(key(2), { command: 'ping' })
      await opened.kill(2)
      await alive.catch((error: unknown) => expect(error).toMatchObject({ problem: { code: 'not-reached' } }))
      await stateIs(2, 'down')
      const problem = { code: 'not-reached', cause: 'it is down' }
      await expect(host.command(key(2), { command: 'ping' })).rejects.toMatchObject({ problem })
      expect(await host.command(key(1), { command: 'ping' })).toEqual({ ok: true, fields: {} })
    })

    it('leads nowhere once the host is closed', async () => {
      const backend = key(1)
      await host.close()
      await expect(host.command(backend, { command: 'ping' })).rejects.toMatchObject({
        problem: { code: expect.stringMatching(/^not-(found|reached)$/) },
      })
    })
  })
}
