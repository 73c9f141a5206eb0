import { setTimeout as sleep } from 'node:timers/promises'
import { until } from '../until.ts'
import { backendContainers } from './backend-containers.ts'
import { openIdleConnection } from './idle-connection.ts'
import { type Answer, putReplicas } from './put-replicas.ts'
import type { WholeStack } from './whole-stack.ts'

/** `back`: whether the gate comes back while the command is under way, or after it was answered. */
export type GateTrouble = {
  kind: 'paused' | 'killed'
  back: 'during' | 'after'
  from: number
  to: number
  /** From the command to the trouble; from the trouble to its end, where it ends during the command. */
  atMs: number
  awayMs: number
}

/**
 * `isUnderWay`: the gate went after the command and before its answer, or the answer says that it went. `rightMs`: from the gate's
 * return, or the answer if that came later, until nothing was wrong; `wrong`: what still was at the limit. `again`: the same command
 * afterwards, sent until it was reached, and `againMs`, counted like `rightMs`, when the last of them was sent.
 */
export type GateRound = {
  isUnderWay: boolean
  answer: Answer
  rightMs: number
  wrong: string[]
  again: Answer
  againMs: number
  wrongAfterwards: string[]
}

const FEW = 2
const MANY = 6
/** A scale-up takes about a second; a scale-down drains for some more while an idle connection keeps the old workers. */
const MOMENTS_MS = { up: [0, 100, 250, 450, 700], down: [0, 100, 250, 600, 3_000] }
const BEGIN_LIMIT_MS = 90_000
const RIGHT_LIMIT_MS = 30_000
const AGAIN_MS = 250
const ASK_LIMIT_MS = 5_000

/** 20 of them: both kinds, both directions and five moments each, in an order and with lengths of chance. */
export function gateTroubles(random: () => number): GateTrouble[] {
  const kinds = ['paused', 'killed'] as const
  const ways = [
    { from: FEW, to: MANY, moments: MOMENTS_MS.up },
    { from: MANY, to: FEW, moments: MOMENTS_MS.down },
  ]
  return kinds
    .flatMap((kind) =>
      ways.flatMap(({ from, to, moments }) =>
        moments.map((moment, index) => ({
          ...{ kind, from, to, back: index % 2 === 0 ? ('after' as const) : ('during' as const) },
          atMs: Math.round(moment * (0.8 + 0.4 * random())),
          awayMs: Math.round(300 + 5_000 * random()),
        })),
      ),
    )
    .map((trouble) => ({ trouble, order: random() }))
    .sort((one, other) => one.order - other.order)
    .map(({ trouble }) => trouble)
}

/** Takes the gate away in the middle of one command, gives it back, and sends the same command again. */
export async function gateRound(stack: WholeStack, trouble: GateTrouble): Promise<GateRound> {
  const { docker, name } = stack.project
  const gate = `${name}-docker-gate-1`
  const [take, give] = trouble.kind === 'paused' ? (['pause', 'unpause'] as const) : (['kill', 'start'] as const)
  await until(
    `${trouble.from} replicas to begin with`,
    async () => (await putReplicas(stack, trouble.from)).status === 200 && (await wrongIn(stack)).length === 0,
    BEGIN_LIMIT_MS,
    500,
  )
  const idle = await openIdleConnection(stack.frontDoorPort)
  let isUnderWay = true
  const answered = putReplicas(stack, trouble.to).finally(() => {
    isUnderWay = false
  })
  let [before, after] = [false, false]
  try {
    await sleep(trouble.atMs)
    before = isUnderWay
    await docker(take, gate)
    after = isUnderWay
    await (trouble.back === 'during' ? sleep(trouble.awayMs) : answered)
  } finally {
    await docker(give, gate)
    idle.destroy()
  }
  const answer = await answered
  const rightFrom = performance.now()
  let wrong = await wrongIn(stack)
  while (wrong.length > 0 && performance.now() - rightFrom < RIGHT_LIMIT_MS) {
    await sleep(50)
    wrong = await wrongIn(stack)
  }
  const rightMs = performance.now() - rightFrom
  // A gate that was started listens some tenths of a second later.
  let againMs = performance.now() - rightFrom
  let again = await putReplicas(stack, trouble.to)
  while (again.status !== 200 && performance.now() - rightFrom < RIGHT_LIMIT_MS) {
    await sleep(AGAIN_MS)
    againMs = performance.now() - rightFrom
    again = await putReplicas(stack, trouble.to)
  }
  const isUnderWayThen = before && (after || answer.status !== 200)
  const wrongAfterwards = await wrongIn(stack, trouble.to)
  return { isUnderWay: isUnderWayThen, answer, rightMs, wrong, again, againMs, wrongAfterwards }
}

/** Where containers, page and front door differ: the engine is asked past the gate, the front door on new connections. */
async function wrongIn({ project, api, frontDoorPort }: WholeStack, wanted?: number): Promise<string[]> {
  const { backends, replicas } = await api.cluster()
  const containers = await backendContainers(project)
  const running = containers.filter(({ state }) => state === 'running').map(({ backend }) => backend)
  const listed = backends.filter((one) => one.listed).map(({ backend }) => backend)
  const wrong = running.filter((backend) => !listed.includes(backend)).map((backend) => `${backend} runs unlisted`)
  if (containers.length !== replicas) wrong.push(`left over: ${containers.length} containers, ${replicas} shown`)
  if (running.length !== replicas) wrong.push(`${running.length} containers run, ${replicas} shown`)
  if (wanted !== undefined && running.length !== wanted) wrong.push(`${running.length} run, ${wanted} asked for`)
  if (wrong.length > 0) return wrong
  const names = await answeringNames(frontDoorPort, running.length * 3)
  return running.filter((backend) => !names.has(backend)).map((backend) => `${backend} does not answer`)
}

/** Who answers, each request on a new connection. */
async function answeringNames(port: number, requests: number): Promise<Set<string>> {
  const names = new Set<string>()
  for (let request = 0; request < requests; request++) {
    const signal = AbortSignal.timeout(ASK_LIMIT_MS)
    const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' }, signal }).catch(
      () => null,
    )
    const name = (await answer?.text().catch(() => ''))?.trim()
    if (answer?.status === 200 && name) names.add(name)
  }
  return names
}
