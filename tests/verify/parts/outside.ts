import type { ClusterSnapshot } from '#lib/protocol/model.ts'
import { startOnDocker } from '../../clusters.ts'
import type { ComposeProject } from '../../compose-project.ts'
import { engineAnswers } from '../../engine.ts'
import { engineAway, silence } from '../engine-away.ts'
import { atMost, exactly, notMeasured, type Part, type Row } from '../rows.ts'
import { type Look, shownAfterMs, stateOf } from '../shown.ts'

const SHOWN_MS = 1_000
const ROUNDS = 3

const isSettled = ({ status, listed }: ClusterSnapshot['backends'][number]): boolean => status !== 'starting' && listed

/** What somebody does past us, and what the page then has to show; each begins where the one before ended, at two backends. */
const changes = ({
  name,
  compose,
  docker,
}: ComposeProject): { what: string; act: () => Promise<unknown>; look: Look }[] => [
  {
    what: 'docker kill',
    act: () => docker('kill', `${name}-backend-2`),
    look: (snapshot) => stateOf(snapshot, 2) === 'down' && snapshot.backends[1]?.listed === true,
  },
  {
    what: 'docker start',
    act: () => docker('start', `${name}-backend-2`),
    look: (snapshot) => ['starting', 'up'].includes(stateOf(snapshot, 2)),
  },
  {
    what: 'docker stop',
    act: () => docker('stop', `${name}-backend-2`),
    look: (snapshot) => stateOf(snapshot, 2) === 'down' && snapshot.backends[1]?.listed === true,
  },
  {
    what: 'docker rm',
    act: () => docker('rm', '-f', `${name}-backend-2`),
    look: (snapshot) => stateOf(snapshot, 2) === 'absent',
  },
  {
    what: 'docker compose up --scale backend=4',
    act: () => compose('up', '-d', '--no-recreate', '--scale', 'backend=4', 'front-door', 'backend'),
    look: ({ backends }) => backends.length === 4,
  },
  {
    what: 'docker pause',
    act: () => docker('pause', `${name}-backend-3`),
    look: (snapshot) => stateOf(snapshot, 3) === 'paused',
  },
  {
    what: 'docker unpause',
    act: () => docker('unpause', `${name}-backend-3`),
    look: (snapshot) => stateOf(snapshot, 3) === 'up',
  },
  {
    what: 'docker compose up --scale backend=2',
    act: () => compose('up', '-d', '--no-recreate', '--scale', 'backend=2', 'front-door', 'backend'),
    look: ({ backends }) => backends.length === 2,
  },
]

async function changesFromOutside(say: (line: string) => void): Promise<Row[]> {
  const { product, project, stop } = await startOnDocker()
  try {
    const slowest = new Map<string, number>()
    for (let round = 0; round < ROUNDS; round++)
      for (const { what, act, look } of changes(project)) {
        await act()
        const ms = await shownAfterMs(product, what, look)
        slowest.set(what, Math.max(ms, slowest.get(what) ?? 0))
        await shownAfterMs(product, 'nothing is starting', ({ backends }) => backends.every(isSettled))
        say(`${what}: shown ${ms.toFixed(0)} ms after it was done`)
      }
    const snapshot = await product.api.cluster()
    await project.compose('down')
    const down = await shownAfterMs(product, 'down', ({ backends }) => backends.length === 0)
    slowest.set('docker compose down', down)
    return [
      ...[...slowest].map(([what, ms]) => atMost(`${what}, shown after it was done, slowest`, SHOWN_MS, ms, 'ms')),
      exactly('replicas wanted after up --scale backend=2: nothing is fought', 2, snapshot.replicas),
    ]
  } finally {
    await stop()
  }
}

export const part: Part = {
  title: 'what others do, and what becomes of the engine',
  measure: async (say) => {
    const engine = await engineAnswers()
    if (!engine.answers) return [notMeasured('changes from outside', engine.words)]
    const rows = await changesFromOutside(say)
    for (const kind of ['gone', 'hanging'] as const) rows.push(...(await engineAway(kind, say)))
    return [...rows, ...(await silence(say))]
  },
}
