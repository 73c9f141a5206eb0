import { describe, expect, it } from 'vitest'
import type { HostedBackend } from '#lib/cluster/backend-host.ts'
import { type Desired, desiredConfiguration, nextStep, type Observed, type Wish } from '#lib/cluster/next-step.ts'
import { configurationOf } from '#lib/front-door/configuration.ts'
import { type ConfiguredServer, DEFAULT_POLICY, DEFAULT_SETTINGS } from '#lib/protocol/configuration.ts'

const key = (number: number): string => number.toString(16).padStart(12, '0')
const backend = (number: number, change: Partial<HostedBackend> = {}): HostedBackend => ({
  ...{ backend: key(number), number, address: `10.0.0.${number}:8000`, state: 'up', raising: false },
  ...change,
})
const server = (number: number, change: Partial<ConfiguredServer> = {}): ConfiguredServer => ({
  ...{ backend: key(number), address: `10.0.0.${number}:8000`, ...DEFAULT_SETTINGS, state: 'in' },
  ...change,
})
const configuration = (...numbers: number[]) =>
  configurationOf(
    DEFAULT_POLICY,
    numbers.map((number) => server(number)),
  )

const desire = (change: Partial<Desired> = {}): Desired => ({
  ...{ replicas: null, policy: DEFAULT_POLICY, wishes: new Map(), followDeaths: false },
  ...change,
})

/** A world in which these are up, listed and in force. */
const world = (numbers: number[], change: Partial<Observed> = {}): Observed => ({
  backends: numbers.map((number) => backend(number)),
  raising: 0,
  calledOff: 0,
  made: new Set(),
  configuration: configuration(...numbers),
  inForce: true,
  reachable: new Set(numbers.map(key)),
  isRecent: false,
  ...change,
})

describe('the next step', () => {
  it.each<[string, Desired, Observed, unknown]>([
    ['rests where all is as desired', desire({ replicas: 2 }), world([1, 2]), { do: 'rest' }],
    ['rests without a number, however many there are', desire(), world([1, 2, 3]), { do: 'rest' }],
    ['raises what is missing', desire({ replicas: 5 }), world([1, 2]), { do: 'raise', count: 3 }],
    ['waits for raises', desire({ replicas: 5 }), world([1, 2], { raising: 3 }), { do: 'wait', for: 'ready' }],
    [
      'tells what is likely applied next, once every backend that is being raised has an address',
      desire({ replicas: 4 }),
      world([1, 2], {
        raising: 2,
        backends: [
          backend(1),
          backend(2),
          backend(3, { raising: true, state: 'starting' }),
          backend(4, { raising: true, state: 'starting' }),
        ],
      }),
      { do: 'wait', for: 'ready', likely: configuration(1, 2, 3, 4) },
    ],
    [
      'tells nothing of it while one of them has none',
      desire({ replicas: 4 }),
      world([1, 2], {
        raising: 2,
        backends: [backend(1), backend(2), backend(3, { raising: true, state: 'starting' })],
      }),
      { do: 'wait', for: 'ready' },
    ],
    ['raises only the rest', desire({ replicas: 6 }), world([1, 2], { raising: 3 }), { do: 'raise', count: 1 }],
    ['calls off needless raises', desire({ replicas: 4 }), world([1, 2], { raising: 3 }), { do: 'call-off', count: 1 }],
    [
      'calls off every raise of a command that failed',
      desire(),
      world([1, 2], { raising: 3 }),
      { do: 'call-off', count: 3 },
    ],
    [
      'waits until raises that were called off are over',
      desire({ replicas: 2 }),
      world([1, 2], { calledOff: 1 }),
      { do: 'wait', for: 'drained' },
    ],
    [
      'takes the highest numbers out of the list first',
      desire({ replicas: 1 }),
      world([1, 2, 3]),
      { do: 'apply', configuration: configuration(1) },
    ],
    [
      'waits while a worker can still send to a backend that leaves',
      desire({ replicas: 1 }),
      world([1, 2], { configuration: configuration(1) }),
      { do: 'wait', for: 'drained' },
    ],
    [
      'stops what no worker can send to, and only that',
      desire({ replicas: 1 }),
      world([1, 2, 3], { configuration: configuration(1), reachable: new Set([key(1), key(3)]) }),
      { do: 'stop', backends: [key(2)] },
    ],
    [
      'stops nothing while the command may still be taken back',
      desire({ replicas: 1 }),
      world([1, 2], { configuration: configuration(1), reachable: new Set([key(1)]), isRecent: true }),
      { do: 'wait', for: 'drained' },
    ],
    [
      'waits until a backend that is stopping is gone',
      desire({ replicas: 1 }),
      world([1], { backends: [backend(1), backend(2, { state: 'stopping' })] }),
      { do: 'wait', for: 'drained' },
    ],
    [
      'writes the list when another one is in force',
      desire(),
      world([1, 2], { inForce: false }),
      { do: 'apply', configuration: configuration(1, 2) },
    ],
    [
      'takes back the lowest numbers of those that drain',
      desire({ replicas: 3 }),
      world([1, 2, 3, 4], { configuration: configuration(1, 2) }),
      { do: 'apply', configuration: configuration(1, 2, 3) },
    ],
    [
      'stops what a failed command made and nobody ever listed',
      desire(),
      world([1], { backends: [backend(1), backend(2)], made: new Set([key(2)]), reachable: new Set([key(1)]) }),
      { do: 'stop', backends: [key(2)] },
    ],
    [
      'replaces what died between its raise and its place in the list',
      desire({ replicas: 2 }),
      world([1], { backends: [backend(1), backend(2, { state: 'down' })], made: new Set([key(2)]) }),
      { do: 'raise', count: 1 },
    ],
    [
      'is not done while a backend that was made has no address',
      desire({ replicas: 2 }),
      world([1], { backends: [backend(1), backend(2, { address: null })], made: new Set([key(2)]) }),
      { do: 'wait', for: 'listed' },
    ],
  ])('%s', (_what, desired, observed, step) => {
    expect(nextStep(desired, observed)).toEqual(step)
  })
})

describe('the configuration that is desired', () => {
  const numbersOf = (desired: Desired, observed: Observed): string[] =>
    desiredConfiguration(desired, observed).servers.map((one) => one.address)

  it('has a backend that is down, paused or starting again for as long as it keeps its address', () => {
    for (const state of ['down', 'paused', 'starting'] as const) {
      expect(numbersOf(desire(), world([1, 2], { backends: [backend(1), backend(2, { state })] }))).toHaveLength(2)
      const moved = backend(2, { state, address: '10.0.0.9:8000' })
      expect(numbersOf(desire(), world([1, 2], { backends: [backend(1), moved] }))).toEqual(['10.0.0.1:8000'])
    }
  })

  it('has no backend that was never up', () => {
    const observed = world([1], { backends: [backend(1), backend(2, { state: 'starting' })] })
    expect(numbersOf(desire(), observed)).toEqual(['10.0.0.1:8000'])
  })

  it('with followDeaths has no backend that is down', () => {
    const observed = world([1, 2], { backends: [backend(1), backend(2, { state: 'down' })] })
    expect(numbersOf(desire({ followDeaths: true }), observed)).toEqual(['10.0.0.1:8000'])
  })

  it('has an address once, for the backend that is up', () => {
    const dead = backend(1, { state: 'down' })
    const observed = world([1, 2], { backends: [dead, backend(2), backend(3, { address: dead.address })] })
    const { servers } = desiredConfiguration(desire(), observed)
    expect(servers.map((one) => one.backend)).toEqual([key(2), key(3)])
  })

  it('keeps what is wished for a number, whichever container has it', () => {
    const wish: Wish = { weight: 3, maxConns: 7, backup: true, wanted: 'draining' }
    const wishes = new Map([[2, wish]])
    const [, second] = desiredConfiguration(desire({ wishes }), world([1, 2])).servers
    expect(second).toEqual(server(2, { weight: 3, maxConns: 7, backup: true, state: 'draining' }))
    const other = world([1], { backends: [backend(1), backend(2, { backend: key(99), address: '10.0.0.99:8000' })] })
    expect(desiredConfiguration(desire({ wishes }), other).servers[1]).toMatchObject({ backend: key(99), weight: 3 })
  })

  it('changes with the policy, so that a new policy is applied', () => {
    const policy = { ...DEFAULT_POLICY, maxFails: 5 }
    expect(nextStep(desire({ policy }), world([1]))).toMatchObject({ do: 'apply', configuration: { policy } })
  })
})
