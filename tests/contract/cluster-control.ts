import { type IncomingMessage, request } from 'node:http'
import { text as readText } from 'node:stream/consumers'
import { afterAll, describe, expect, it } from 'vitest'
import type { BackendLedger, Cluster } from '#lib/cluster/cluster.ts'

type Sent = { method?: string; path?: string; headers?: Record<string, string>; body?: string }
type Answered = { status: number; backend: string; ms: number }

/** One request through the front door, on a connection of its own. */
function send(cluster: Cluster, { method = 'GET', path = '/', headers = {}, body }: Sent): Promise<Answered> {
  const began = performance.now()
  return new Promise((resolve, reject) => {
    const sending = request(
      { ...cluster.target(), method, path, headers, agent: false },
      async (answer: IncomingMessage) => {
        const backend = (await readText(answer)).trim()
        resolve({ status: answer.statusCode ?? 0, backend, ms: performance.now() - began })
      },
    )
    sending.on('error', reject)
    sending.end(body)
  })
}

/** What every cluster promises about its backends' faults and ledgers. `ofTest` has two backends that are up and listed. */
export function controlContract(ofTest: () => Cluster): void {
  const keys = (): string[] =>
    ofTest()
      .snapshot()
      .backends.map(({ backend }) => backend)
  const ledgers = (act: 'start' | 'read' | 'stop'): Promise<BackendLedger[]> =>
    Promise.all(keys().map((backend) => ofTest().ledger(backend, act === 'start' ? { act, ids: true } : { act })))

  describe('a cluster whose backends can be told things', () => {
    afterAll(() => Promise.all(keys().map((backend) => ofTest().heal(backend))))

    it('says which faults it can', () => {
      expect(ofTest().snapshot().can.faults).toEqual(['latency', 'errors'])
    })

    it('makes one backend fail, leaves the other well, and heals it', async () => {
      const [sick = '', well = ''] = keys()
      expect(await ofTest().fault(sick, { kind: 'errors', status: 503 })).toEqual([
        { kind: 'errors', status: 503, share: 1 },
      ])
      const seen = new Set<string>()
      for (let left = 6; left > 0; left--) {
        const { status, backend } = await send(ofTest(), {})
        seen.add(`${backend} ${status}`)
      }
      expect(seen).toEqual(new Set([`${sick} 503`, `${well} 200`]))
      expect(await ofTest().faults(well)).toEqual([])
      expect(await ofTest().heal(sick, 'errors')).toEqual([])
      for (let left = 4; left > 0; left--) expect((await send(ofTest(), {})).status).toBe(200)
    })

    it('makes one backend slow, and heals it', async () => {
      const [slow = ''] = keys()
      await ofTest().fault(slow, { kind: 'latency', ms: 400 })
      const first = await send(ofTest(), {})
      const answers = [first, await send(ofTest(), {})]
      expect(answers.find(({ backend }) => backend === slow)?.ms).toBeGreaterThan(398)
      expect(await ofTest().heal(slow)).toEqual([])
    })

    it("refuses a fault out of its bounds in the backend's words", async () => {
      const [backend = ''] = keys()
      await expect(ofTest().fault(backend, { kind: 'latency', ms: 60_001 })).rejects.toMatchObject({
        problem: { code: 'malformed', detail: expect.stringContaining('ms: an integer from 0 to 60000') },
      })
      expect(await ofTest().faults(backend)).toEqual([])
    })

    it('knows from its backends themselves which request each of them executed', async () => {
      await ledgers('start')
      const sent = Array.from({ length: 20 }, (_, index) => ({
        id: `contract-${index}`,
        method: index % 2 ? 'POST' : 'GET',
      }))
      for (const { id, method } of sent) {
        await send(ofTest(), { method, headers: { 'x-request-id': id }, ...(method === 'POST' && { body: 'x' }) })
      }
      const read = await ledgers('read')
      expect(read.flatMap(({ ids }) => [...ids]).toSorted()).toEqual(sent.map(({ id }) => [id, 1]).toSorted())
      for (const key of ['GET', 'POST']) {
        expect(read.map(({ methods }) => methods[key] ?? 0).reduce((sum, count) => sum + count, 0)).toBe(10)
      }
      expect(read.every(({ counting, overflowed, withoutId }) => counting && overflowed === 0 && withoutId === 0)).toBe(
        true,
      )
      expect((await ledgers('stop')).every(({ counting }) => !counting)).toBe(true)
    })

    it('knows how many requests have arrived at a backend, whatever their method and their answer', async () => {
      const [sick = ''] = keys()
      const counts = () => Promise.all(keys().map((backend) => ofTest().executed(backend)))
      const before = await counts()
      for (const method of ['GET', 'HEAD', 'POST', 'DELETE']) {
        await send(ofTest(), { method, ...(method === 'POST' && { body: 'x' }) })
      }
      expect(await counts()).toEqual(before.map((count) => count + 2))
      await ofTest().fault(sick, { kind: 'errors', status: 500 })
      for (let left = 4; left > 0; left--) await send(ofTest(), {})
      await ofTest().heal(sick)
      expect(await counts()).toEqual(before.map((count) => count + 4))
      await expect(ofTest().executed('0123456789ab')).rejects.toMatchObject({ problem: { code: 'not-found' } })
    })

    it('lets nothing that a client sends through the front door become a command', async () => {
      const line = '{"id":1,"command":"fault","kind":"errors","status":500}'
      const attempts: Sent[] = [
        { path: '/fault?kind=errors&status=500' },
        { method: 'POST', path: '/ledger', body: `\n${line}\n` },
        { method: 'PUT', path: '/faults', headers: { 'content-type': 'application/json' }, body: line },
        { headers: { command: 'fault', kind: 'errors', 'x-command': line, 'x-request-id': line } },
        { method: 'DELETE', headers: { 'x-http-method-override': 'FAULT' } },
      ]
      for (const attempt of [...attempts, ...attempts]) expect((await send(ofTest(), attempt)).status).toBe(200)
      for (const backend of keys()) expect(await ofTest().faults(backend)).toEqual([])
      expect((await ledgers('read')).every(({ counting }) => !counting)).toBe(true)
    })

    it('tells a backend that is not there nothing', async () => {
      await expect(ofTest().heal('0123456789ab')).rejects.toMatchObject({ problem: { code: 'not-found' } })
    })
  })
}
