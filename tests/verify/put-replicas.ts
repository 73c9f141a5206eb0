import type { ClusterSnapshot } from '#lib/protocol/model.ts'
import type { Problem } from '#lib/protocol/problem.ts'

/** Where a dashboard listens, and its token. */
export type Dashboard = { url: string; token: string }

/** How one PUT /api/cluster/replicas ended: `status` 0 and `words` say why when no answer came. */
export type Answer = { status: number; ms: number; words: string; snapshot: ClusterSnapshot | null }

const LIMIT_MS = 60_000

/** Scales over HTTP and tells how it ended, whatever that is; never throws. `waits` false: answered with 202 before it is reached. */
export async function putReplicas({ url, token }: Dashboard, replicas: number, waits = true): Promise<Answer> {
  const startedAt = performance.now()
  const since = (): number => performance.now() - startedAt
  try {
    const response = await fetch(`${url}/api/cluster/replicas${waits ? '' : '?waitMs=0'}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ replicas }),
      signal: AbortSignal.timeout(LIMIT_MS),
    })
    const { status } = response
    const body = (await response.json()) as ClusterSnapshot & Problem
    if (response.ok) return { status, ms: since(), words: `${status}`, snapshot: body }
    const cause = body.cause ? ` (${body.cause})` : ''
    return { status, ms: since(), words: `${status} ${body.code}: ${body.detail}${cause}`, snapshot: null }
  } catch (error) {
    return { status: 0, ms: since(), words: String(error), snapshot: null }
  }
}
