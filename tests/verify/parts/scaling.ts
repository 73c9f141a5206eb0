import { composeProject } from '../../compose-project.ts'
import { engineAnswers } from '../../engine.ts'
import { until } from '../../until.ts'
import { atMost, exactly, notMeasured, type Part, type Row } from '../rows.ts'

const FOLLOW_LIMIT_MS = 4_000

/** A browser's refresh: a new connection for each request. */
const get = async (url: string): Promise<string> => {
  const response = await fetch(url, { headers: { connection: 'close' }, signal: AbortSignal.timeout(5_000) })
  return response.ok ? (await response.text()).trim() : `status ${response.status}`
}

/** Milliseconds until `count` names and no others answer, 3 rounds in a row. */
async function followedAfterMs(url: string, count: number): Promise<number> {
  const startedAt = performance.now()
  await until(
    `${count} names answer`,
    async () => {
      const names = new Set<string>()
      for (let request = 0; request < count * 3; request++) names.add(await get(url))
      return names.size === count && [...names].every((name) => /^[0-9a-f]{12}$/.test(name))
    },
    30_000,
    50,
  )
  return performance.now() - startedAt
}

async function breaksOfAlternation(url: string): Promise<number> {
  const names: string[] = []
  for (let round = 0; round < 20; round++) {
    names.push(await get(url))
    await get(`${url}favicon.ico`)
  }
  return names.filter((name, index) => index > 0 && name === names[index - 1]).length
}

async function measureOn(url: string, compose: (...args: string[]) => Promise<string>): Promise<Row[]> {
  await followedAfterMs(url, 2)
  const breaks = await breaksOfAlternation(url)
  await compose('up', '-d', '--no-recreate', '--scale', 'backend=5', 'front-door', 'backend')
  const up = await followedAfterMs(url, 5)
  await compose('up', '-d', '--no-recreate', '--scale', 'backend=1', 'front-door', 'backend')
  const down = await followedAfterMs(url, 1)
  return [
    exactly('same name twice in a row over 20 times (GET /, GET /favicon.ico) on 2 backends, plain Compose', 0, breaks),
    atMost('plain up --scale backend=5 is followed within', FOLLOW_LIMIT_MS, up, 'ms'),
    atMost('plain up --scale backend=1 is followed within', FOLLOW_LIMIT_MS, down, 'ms'),
  ]
}

export const part: Part = {
  title: 'plain Compose, without a dashboard',
  measure: async (say) => {
    const engine = await engineAnswers()
    if (!engine.answers) return [notMeasured('plain Compose scaling', engine.words)]
    say('building and starting a project of its own')
    const project = await composeProject()
    try {
      return await measureOn(`http://127.0.0.1:${project.frontDoorPort}/`, project.compose)
    } finally {
      await project.down()
    }
  },
}
