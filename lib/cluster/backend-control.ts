import type { z } from 'zod'
import { MAX_LEDGER_IDS } from '#lib/protocol/limits.ts'
import type { BackendKey } from '#lib/protocol/model.ts'
import { ProblemError } from '#lib/protocol/problem.ts'
import { faultsAnswerSchema, ledgerPageSchema, type ServiceCommand } from '#lib/protocol/service-lines.ts'
import type { BackendHost } from './backend-host.ts'
import type { BackendLedger, Cluster } from './cluster.ts'

/** What a single backend can be told, over its own streams. */
export type BackendControl = Pick<Cluster, 'fault' | 'heal' | 'faults' | 'ledger' | 'executed'>

/** @param refuseChange throws when this dashboard may look but not change anything. */
export function controlBackends(host: BackendHost, refuseChange: () => void): BackendControl {
  /** Everybody who looks at a backend shares one question: many must not take the places of commands to a backend that is silent. */
  const reading = new Map<BackendKey, Promise<number>>()

  async function tell<Schema extends z.ZodType>(
    backend: BackendKey,
    command: ServiceCommand,
    schema: Schema,
  ): Promise<z.infer<Schema>> {
    const answer = await host.command(backend, command)
    if (!answer.ok) throw new ProblemError('malformed', `Backend ${backend} refused: ${answer.error}.`)
    const parsed = schema.safeParse(answer.fields)
    if (parsed.success) return parsed.data
    const cause = 'its answer does not fit the command'
    throw new ProblemError('not-reached', `Backend ${backend} was not understood: ${cause}.`, { cause })
  }

  async function readExecuted(backend: BackendKey): Promise<number> {
    // The page after the last id has none: a count is not worth the lines of two hundred thousand ids.
    const { executed } = await tell(backend, { command: 'ledger', act: 'read', from: MAX_LEDGER_IDS }, ledgerPageSchema)
    if (executed !== undefined) return executed
    const cause = 'its image is older than this dashboard'
    throw new ProblemError('not-reached', `Backend ${backend} does not count: ${cause}.`, { cause })
  }

  async function readLedger(backend: BackendKey): Promise<BackendLedger> {
    const executions = new Map<string, number>()
    let from = 0
    for (;;) {
      const page = await tell(backend, { command: 'ledger', act: 'read', from }, ledgerPageSchema)
      for (const [id, count] of page.ids) executions.set(id, count)
      if (page.next === null || page.next <= from || page.next > MAX_LEDGER_IDS) return { ...page, ids: executions }
      from = page.next
    }
  }

  return {
    async fault(backend, fault) {
      refuseChange()
      return (await tell(backend, { command: 'fault', ...fault }, faultsAnswerSchema)).faults
    },
    async heal(backend, kind) {
      refuseChange()
      return (await tell(backend, { command: 'heal', ...(kind && { kind }) }, faultsAnswerSchema)).faults
    },
    async faults(backend) {
      return (await tell(backend, { command: 'faults' }, faultsAnswerSchema)).faults
    },
    async ledger(backend, order) {
      if (order.act !== 'read') {
        refuseChange()
        await tell(backend, { command: 'ledger', ...order }, ledgerStateSchema)
      }
      return readLedger(backend)
    },
    executed(backend) {
      const asked = reading.get(backend)
      if (asked) return asked
      const answered = readExecuted(backend).finally(() => reading.delete(backend))
      reading.set(backend, answered)
      return answered
    },
  }
}

const ledgerStateSchema = ledgerPageSchema.pick({ counting: true, withIds: true })
