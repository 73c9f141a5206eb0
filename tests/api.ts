import type { Burst, BurstRequest, ClusterSnapshot } from '#lib/protocol/model.ts'
import type { Problem } from '#lib/protocol/problem.ts'
import { until } from './until.ts'

/** A refusal, as the API put it. */
export class ApiError extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(`${problem.status} ${problem.code}: ${problem.detail}${problem.cause ? ` (${problem.cause})` : ''}`)
    this.problem = problem
  }
}

export type Api = {
  isReady(): Promise<boolean>
  cluster(): Promise<ClusterSnapshot>
  scale(replicas: number): Promise<ClusterSnapshot>
  /** Makes this dashboard the one that writes the front door's list. */
  takeOver(): Promise<ClusterSnapshot>
  start(request: Partial<BurstRequest>): Promise<string>
  /** The last 50, oldest first. */
  bursts(): Promise<Burst[]>
  /** The burst that runs: waits until one does. */
  running(): Promise<Burst>
  /** The burst that runs, else the last one. Throws when there is none. */
  latest(): Promise<Burst>
  burst(id: string): Promise<Burst>
  ended(id: string, limitMs?: number): Promise<Burst>
  /** Starts one and waits for its end. */
  run(request: Partial<BurstRequest>, limitMs?: number): Promise<Burst>
  cancel(id: string): Promise<Burst>
}

/** The dashboard's HTTP interface (contract.md), as a program would use it. Every call has a deadline. */
export function createApi(url: string, token: string): Api {
  const call = async (method: string, path: string, body?: unknown, limitMs = 60_000): Promise<unknown> => {
    const response = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      signal: AbortSignal.timeout(limitMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const answer = await response.json()
    if (!response.ok) throw new ApiError(answer as Problem)
    return answer
  }
  const api: Api = {
    isReady: () =>
      fetch(`${url}/api/health`, {
        headers: { authorization: `Bearer ${token}` },
        signal: AbortSignal.timeout(5_000),
      }).then(
        (response) => response.ok,
        () => false,
      ),
    cluster: async () => (await call('GET', '/api/cluster')) as ClusterSnapshot,
    scale: async (replicas) => (await call('PUT', '/api/cluster/replicas', { replicas })) as ClusterSnapshot,
    takeOver: async () => (await call('POST', '/api/cluster/take-over', {})) as ClusterSnapshot,
    start: async (request) => ((await call('POST', '/api/bursts', request)) as { id: string }).id,
    bursts: async () => (await call('GET', '/api/bursts')) as Burst[],
    running: () => until('a burst runs', async () => (await api.bursts()).find(({ status }) => status === 'running')),
    latest: async () => {
      const burst = (await api.bursts()).at(-1)
      if (!burst) throw new Error('No burst was sent yet')
      return burst
    },
    burst: async (id) => (await call('GET', `/api/bursts/${id}`)) as Burst,
    ended: (id, limitMs = 120_000) =>
      until(
        `burst ${id} ended`,
        async () => {
          const burst = (await call('GET', `/api/bursts/${id}?waitMs=10000`)) as Burst
          return burst.status === 'running' ? null : burst
        },
        limitMs,
      ),
    run: async (request, limitMs) => api.ended(await api.start(request), limitMs),
    cancel: async (id) => (await call('DELETE', `/api/bursts/${id}`)) as Burst,
  }
  return api
}
