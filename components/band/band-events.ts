import { type BackendNumbers, nameOf } from '#components/backends/numbers.ts'
import { groupDigits } from '#components/ui/figures.ts'
import type { Shown } from '#lib/client/page-state.ts'
import type { Failover, Stretch } from '#lib/protocol/judgement.ts'
import type { Action, BackendKey } from '#lib/protocol/model.ts'

/** Something that happened during the run that is shown, at a moment. */
export type BandEvent = {
  /** The action's own id; below zero for what the run itself tells. */
  id: number
  kind: Action['kind'] | 'noticed'
  /** Microseconds since the run's start. */
  atUs: number
  /** Short enough for the band. */
  label: string
  /** Somebody did it; what followed from it is not bold. */
  isOurs: boolean
  backend: BackendKey | null
}

/** A part of the run under one configuration. */
export type BandStretch = { id: number; stretch: Stretch; label: string }
/** While a backend was down; `toUs` null: it still is. */
export type BandOutage = { backend: BackendKey; fromUs: number; toUs: number | null }

export type BandFacts = { events: BandEvent[]; stretches: BandStretch[]; outages: BandOutage[] }

export type RunFacts = Pick<Shown, 'burst' | 'actions' | 'generations'>

const DONE_BY_SOMEBODY = new Set<Action['kind']>(['scaled', 'burst'])

/** Ids that no action has: even ones for failovers, odd ones for stretches, counted from the run's start. */
const noticedId = (index: number): number => -2 - 2 * index
const stretchId = (index: number): number => -1 - 2 * index

const actionsOf = ({ burst, actions }: RunFacts): (Action & { sinceUs: number })[] =>
  actions.flatMap((action) =>
    burst !== null && action.burst?.id === burst.id ? [{ ...action, sinceUs: action.burst.sinceUs }] : [],
  )

const noticed = ({ backend, noticedUs }: Failover, index: number, numbers: BackendNumbers): BandEvent => ({
  ...{ id: noticedId(index), kind: 'noticed', atUs: noticedUs, isOurs: false, backend },
  label: `${numbers.has(backend) ? `backend ${numbers.get(backend)}` : nameOf(backend, numbers)} failing`,
})

/** `3 backends, 60 answered`: who could be asked, and how many answers came under that list. */
function stretchLabel({ generation, answered, byBackend }: Stretch, generations: Shown['generations']): string {
  const listed = generations.get(generation ?? '')?.servers.filter(({ state }) => state === 'in').length
  const count = listed ?? byBackend.length
  const backends = `${count === 0 ? 'no' : count} ${count === 1 ? 'backend' : 'backends'}`
  return `${backends}, ${answered === 0 ? 'none' : groupDigits(answered)} answered`
}

function outagesOf(actions: readonly (Action & { sinceUs: number })[]): BandOutage[] {
  const outages: BandOutage[] = []
  for (const { kind, backend, sinceUs } of actions) {
    if (backend === null) continue
    const open = outages.find((one) => one.backend === backend && one.toUs === null)
    if (kind === 'down' && !open) outages.push({ backend, fromUs: sinceUs, toUs: null })
    else if ((kind === 'back' || kind === 'left') && open) open.toUs = sinceUs
  }
  return outages
}

/** Everything that happened in the run that is shown, in order of time. */
export function bandOf(run: RunFacts, numbers: BackendNumbers): BandFacts {
  const { burst, generations } = run
  if (burst === null) return { events: [], stretches: [], outages: [] }
  const actions = actionsOf(run)
  const events = [
    ...actions.map(
      ({ id, kind, label, backend, sinceUs }): BandEvent => ({
        ...{ id, kind, label, backend, atUs: sinceUs },
        isOurs: DONE_BY_SOMEBODY.has(kind),
      }),
    ),
    ...burst.failovers.map((failover, index) => noticed(failover, index, numbers)),
  ].sort((one, other) => one.atUs - other.atUs)
  // One configuration all along is nothing that happened.
  const stretches = burst.stretches.length + burst.stretchesLeftOut < 2 ? [] : burst.stretches
  return {
    events,
    stretches: stretches.map((stretch, index) => ({
      ...{ id: stretchId(index + burst.stretchesLeftOut), stretch },
      label: stretchLabel(stretch, generations),
    })),
    outages: outagesOf(actions),
  }
}
