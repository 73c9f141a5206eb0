import { describe, expect, test } from 'vitest'
import { until } from '../until.ts'
import { WAYS } from './engine-ways.ts'
import { openFakeDocker } from './fake-docker.ts'

const NEVER = new AbortController().signal

describe.each(WAYS)('what is ready, and what is started, on an engine asked %s', (way) => {
  const docker = openFakeDocker(way)
  const { openWithTwo, states, backends, fateOf } = docker
  test('a backend is never up while it cannot be asked whether it is ready', async () => {
    await openWithTwo()
    const seen = new Set<string>()
    docker.host.subscribe({
      changed: () => states().forEach((shown) => void seen.add(shown)),
      trouble: () => undefined,
    })
    docker.engine.onStart = (container) => {
      container.state = 'running'
    }
    const refuses = fateOf(/logs$/, ['refuse', 'lose', 'refuse'])
    const raising = docker.host.raise(NEVER)
    await until('the log was asked for three times', () => refuses.length === 0)
    expect([...seen].filter((shown) => shown.startsWith('3'))).toEqual(['3 starting'])
    for (const container of backends()) docker.engine.becomesReady(container)
    docker.engine.endLogs()
    await raising
    expect(states()).toEqual(['1 up', '2 up', '3 up'])
  })

  test.each([
    { status: 501, message: 'not implemented' },
    { status: 500, message: 'configured logging driver does not support reading' },
  ])('where a logging driver cannot be read ($status), running must do', async (noLogs) => {
    await openWithTwo()
    docker.engine.noLogs = noLogs
    await docker.host.raise(NEVER)
    expect(states()).toEqual(['1 up', '2 up', '3 up'])
  })

  test('nothing is started when a dashboard opens, and its list owner starts only what a killed dashboard made', async () => {
    docker.engine.add('backend', 2, 'created', 'robinscope')
    docker.engine.add('backend', 3, 'created')
    await docker.open()
    const starts = () => docker.engine.calls.filter((call) => call.endsWith('/start'))
    await until('it is no more than looked at', () => states().join() === '1 up,2 starting,3 starting')
    await new Promise((resolve) => setTimeout(resolve, 3_500))
    expect(starts()).toEqual([])
    await docker.host.startUnstarted()
    await until('the clone is up', () => states().includes('2 up'))
    expect(starts()).toHaveLength(1)
    expect(backends()).toMatchObject([{ state: 'running' }, { state: 'running' }, { state: 'created' }])
  })
})
