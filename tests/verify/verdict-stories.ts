import { setTimeout as sleep } from 'node:timers/promises'
import type { Sample } from '#lib/protocol/model.ts'
import type { Run } from '#lib/protocol/run.ts'
import { type Api, ApiError } from '../api.ts'
import { randomOf } from '../random.ts'
import { until } from '../until.ts'
import { type Judged, judgeAgain } from './second-judge.ts'

/** A dashboard on which stories are played, over its HTTP interface; `kill` ends a backend from outside, without a word. */
export type Stage = { url: string; token: string; api: Api; kill: (backend: string) => void }

/** What a story came to: where the product and the second judge differ, and how often "not evenly" was said of what was even. */
export type Told = {
  sentence: string
  stretches: number
  differences: string[]
  isFalselyUneven: boolean
}

const FEWEST = 2
const MOST = 6
const LIMIT_MS = 30_000
const ROUNDING = 1e-6

/** One run of a few hundred requests, while backends join, leave, die and are replaced at random moments. The same seed, the same plan. */
export async function playStory(stage: Stage, seed: number): Promise<Told> {
  const { api } = stage
  const random = randomOf(seed * 6_151)
  const between = (least: number, most: number): number => least + Math.floor(random() * (most - least + 1))
  await enterStage(stage, random)
  const concurrency = random() < 0.5 ? 1 : 8
  const ratePerSecond = between(100, 300)
  const requests = Math.round(ratePerSecond * (0.5 + random() * 0.9))
  const method = random() < 0.8 ? 'GET' : 'POST'
  const id = await api.start({ requests, concurrency, ratePerSecond, method, timeoutMs: 4_000 })
  const lastsMs = (requests / ratePerSecond) * 1_000
  const acts = Array.from({ length: between(0, 3) }, () => random() * 0.7 * lastsMs).sort((one, other) => one - other)
  const startedAt = performance.now()
  const pending: Promise<void>[] = []
  for (const atMs of acts) {
    await sleep(Math.max(0, atMs - (performance.now() - startedAt)))
    pending.push(act(stage, random))
  }
  await api.ended(id, LIMIT_MS)
  const told = await compare(stage, id)
  await Promise.all(pending)
  return told
}

/** Two to six that live, and now and then one that is dead from before. */
async function enterStage({ api }: Stage, random: () => number): Promise<void> {
  const { backends, replicas } = await api.cluster()
  const dead = backends.filter(({ status }) => status === 'down').length
  if (dead === 0 || (random() < 0.2 && replicas - dead >= FEWEST)) return
  // Those that are down leave first.
  if (replicas - dead > 0) await api.scale(replicas - dead)
  if (replicas - dead < FEWEST) await api.scale(FEWEST)
}

async function act({ api, kill }: Stage, random: () => number): Promise<void> {
  const { backends, replicas } = await api.cluster()
  const alive = backends.filter(({ status, listed }) => status === 'up' && listed)
  const kind = random()
  const victim = alive[Math.floor(random() * alive.length)]
  if (kind < 0.25 && victim && alive.length > FEWEST) kill(victim.backend)
  else if (kind < 0.6) await scaled(api, Math.min(MOST, replicas + 1 + Math.floor(random() * 2)))
  else if (kind < 0.9) await scaled(api, Math.max(FEWEST, replicas - 1 - Math.floor(random() * 2)))
  else {
    await scaled(api, Math.max(FEWEST, replicas - 1))
    await scaled(api, replicas)
  }
}

/** A target that a newer one takes over is no failure of the story. */
const scaled = (api: Api, replicas: number): Promise<void> =>
  api.scale(replicas).then(
    () => undefined,
    (error: unknown) => {
      if (!(error instanceof ApiError) || !['superseded', 'not-reached'].includes(error.problem.code)) throw error
    },
  )

async function compare({ url, token }: Stage, id: string): Promise<Told> {
  const get = async (path: string): Promise<string> => {
    const headers = { authorization: `Bearer ${token}` }
    const response = await fetch(url + path, { headers, signal: AbortSignal.timeout(LIMIT_MS) })
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`)
    return response.text()
  }
  const run = await until('the run is told whole', async () => {
    const whole = JSON.parse(await get(`/api/runs/${id}`)) as Run
    return whole.status === 'running' ? null : whole
  })
  const samples = (await get(`/api/bursts/${id}/samples?format=ndjson`))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Sample)
  const again = judgeAgain(samples, run.generations, run.request.concurrency)
  const claims = claimsIn(run, samples, again)
  return {
    sentence: run.verdict.sentence,
    stretches: run.stretches.length,
    differences: [...differencesIn(run, samples, again), ...claims.differences],
    isFalselyUneven: claims.isFalselyUneven,
  }
}

const isNear = (one: number | null, other: number | null): boolean =>
  one === null || other === null ? one === other : Math.abs(one - other) < ROUNDING

/** The figures: each stretch's, and the run's. */
function differencesIn(run: Run, samples: readonly Sample[], again: readonly Judged[]): string[] {
  const differences: string[] = []
  const differ = (what: string, product: unknown, second: unknown): void => {
    differences.push(`${what}: ${JSON.stringify(product)}, and ${JSON.stringify(second)} by the second judge`)
  }
  const names = (judged: readonly { generation: string | null }[]) => judged.map(({ generation }) => generation)
  if (`${names(run.stretches)}` !== `${names(again)}`) differ('stretches', names(run.stretches), names(again))
  for (const [index, { generation, answered, spread, deviations }] of again.entries()) {
    const own = run.stretches[index]
    if (own?.answered !== answered) differ(`answered in ${generation}`, own?.answered, answered)
    if (!isNear(own?.spread ?? null, spread)) differ(`spread in ${generation}`, own?.spread, spread)
    if ((own?.deviations ?? null) !== deviations) differ(`deviations in ${generation}`, own?.deviations, deviations)
    if (generation !== null && spread === null && answered > 0) differ(`members of ${generation}`, 'none', 'none')
  }
  const spread = Math.max(...again.map((one) => one.spread ?? 0))
  if (!isNear(run.fairness?.spread ?? 0, spread)) differ('spread', run.fairness?.spread, spread)
  const deviations = run.request.concurrency > 1 ? null : again.reduce((sum, one) => sum + (one.deviations ?? 0), 0)
  if (run.deviations !== deviations) differ('deviations', run.deviations, deviations)
  for (const { backend, rescuedFrom, answered } of run.byBackend) {
    const rescued = samples.filter(
      ({ outcome, attempts }) => outcome === 'answered' && attempts.slice(0, -1).some((one) => one.backend === backend),
    )
    if (rescuedFrom !== rescued.length) differ(`rescued from ${backend}`, rescuedFrom, rescued.length)
    const got = samples.filter((sample) => sample.outcome === 'answered' && sample.backend === backend).length
    if (answered !== got) differ(`answered by ${backend}`, answered, got)
  }
  return differences
}

/** What the sentence claims, against what the samples say. */
function claimsIn(run: Run, samples: readonly Sample[], again: readonly Judged[]) {
  const { sentence } = run.verdict
  const differences: string[] = []
  const claim = (what: string, says: boolean, is: boolean): void => {
    if (says !== is) differences.push(`"${sentence}": ${what} is ${is} by the second judge`)
  }
  const of = (outcome: Sample['outcome']) => samples.filter((sample) => sample.outcome === outcome)
  const answered = of('answered')
  const errors = answered.filter(({ status }) => (status ?? 0) >= 500).length
  const failed = of('failed').length + of('timedOut').length + errors
  const rescued = answered.filter(({ attempts }) => attempts.length > 1).length
  const unnamed = answered.filter(({ backend }) => backend === null).length
  const unseen = samples.filter(({ resent }) => resent).length + of('timedOut').length + unnamed
  const isUneven = again.some(({ spread }) => (spread ?? 0) > 1 + unseen + ROUNDING)
  const isAboutTurns = failed === 0 && rescued === 0
  const deviations = again.reduce((sum, one) => sum + (one.deviations ?? 0), 0)
  const isStrict = run.request.concurrency === 1 && deviations === 0 && !isUneven && again.some((one) => one.hasChoice)
  const numberOf = (pattern: RegExp): number => Number(pattern.exec(sentence)?.[1]?.replaceAll(',', '') ?? 0)
  claim('uneven', sentence.includes('not evenly'), isAboutTurns && isUneven)
  claim('strict', sentence.includes('in strict rotation'), isAboutTurns && isStrict && unnamed === 0)
  claim(`${failed} failed`, numberOf(/^([\d,]+) of [\d,]+ failed/) === failed, true)
  claim(`${rescued} rescued`, numberOf(/([\d,]+) (?:was|were) rescued/) === rescued, true)
  if (failed === 0) claim(`${answered.length} answered`, numberOf(/^([\d,]+) answered/) === answered.length, true)
  const outOfTurn = isAboutTurns ? deviations : 0
  claim(`${outOfTurn} out of turn`, numberOf(/([\d,]+) out of turn/) === outOfTurn, true)
  for (const [, number] of sentence.matchAll(/backend (\d+)\b/g))
    claim(
      `backend ${number}`,
      run.backends.some((one) => one.number === Number(number)),
      true,
    )
  return { differences, isFalselyUneven: sentence.includes('not evenly') && !isUneven }
}
