import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MAX_LEDGER_IDS } from '#lib/protocol/limits.ts'
import {
  BACKEND_FAULT_KINDS,
  backendFaultSchema,
  faultsAnswerSchema,
  ledgerPageSchema,
  type ServiceAnswer,
} from '#lib/protocol/service-lines.ts'
import { type ServiceProcess, startServiceProcess } from '#tests/service-process.ts'

// The service ships alone and checks by hand what the dashboard checks with zod. Both have to say the same.
let service: ServiceProcess
beforeAll(async () => {
  service = await startServiceProcess()
})
afterAll(() => service?.end())

const FAULTS: object[] = [
  { kind: 'latency', ms: 0 },
  { kind: 'latency', ms: 60_000, jitterMs: 60_000, share: 1 },
  { kind: 'latency', ms: 5, share: 0 },
  { kind: 'latency' },
  { kind: 'latency', ms: 60_001 },
  { kind: 'latency', ms: -1 },
  { kind: 'latency', ms: 1.5 },
  { kind: 'latency', ms: '5' },
  { kind: 'latency', ms: 5, jitterMs: 60_001 },
  { kind: 'latency', ms: 5, jitterMs: null },
  { kind: 'latency', ms: 5, share: 1.01 },
  { kind: 'latency', ms: 5, share: -0.01 },
  { kind: 'latency', ms: 5, status: 500 },
  { kind: 'errors', status: 500 },
  { kind: 'errors', status: 599, share: 0.5 },
  { kind: 'errors', status: 499 },
  { kind: 'errors', status: 600 },
  { kind: 'errors', status: 500.5 },
  { kind: 'errors', status: 503, ms: 5 },
  { kind: 'errors' },
  { kind: 'kill' },
  {},
]

describe('the dashboard and a backend agree', () => {
  it.each(FAULTS)('on whether %j is a fault, and on how it is in force', async (fault) => {
    const parsed = backendFaultSchema.safeParse(fault)
    // Faults that are none are sent all the same: the service has to refuse them by itself.
    const answer: ServiceAnswer = await service.command({ command: 'fault', ...fault } as never)
    expect(answer.ok).toBe(parsed.success)
    if (!answer.ok) return expect(answer.error).toMatch(/^\w+: .+ is needed$|^\w+: not a field of this command$/)
    const { faults } = faultsAnswerSchema.parse(answer.fields)
    expect(faults.find(({ kind }) => kind === parsed.data?.kind)).toEqual(parsed.data)
  })

  it('on the kinds that there are', async () => {
    const answer = await service.command({ command: 'fault', kind: 'none of them' } as never)
    expect(answer).toEqual({ ok: false, error: `kind: one of ${BACKEND_FAULT_KINDS.join(', ')} is needed` })
    for (const kind of BACKEND_FAULT_KINDS) {
      expect(await service.command({ command: 'heal', kind })).toMatchObject({ ok: true })
    }
    expect(await service.command({ command: 'faults' })).toEqual({ ok: true, fields: { faults: [] } })
  })

  it('on a page of the ledger', async () => {
    expect(await service.command({ command: 'ledger', act: 'start', ids: true })).toMatchObject({ ok: true })
    await fetch(`http://127.0.0.1:${service.port}/`, { headers: { 'x-request-id': 'burst-00000001' } })
    const answer = await service.command({ command: 'ledger', act: 'read', from: 0 })
    expect(answer.ok && ledgerPageSchema.strict().parse(answer.fields)).toEqual({
      ...{ executed: 1, counting: true, withIds: true, methods: { GET: 1 }, kept: 1, withoutId: 0, overflowed: 0 },
      ...{ ids: [['burst-00000001', 1]], next: null },
    })
    for (const act of ['reset', 'stop'] as const) {
      expect(await service.command({ command: 'ledger', act })).toMatchObject({ ok: true, fields: { withIds: true } })
    }
    const beyond = await service.command({ command: 'ledger', act: 'read', from: MAX_LEDGER_IDS + 1 })
    expect(beyond).toEqual({ ok: false, error: `from: an integer from 0 to ${MAX_LEDGER_IDS} is needed` })
  })
})
