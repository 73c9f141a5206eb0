import { ProblemError } from '#lib/protocol/problem.ts'
import { capabilities } from './capabilities.ts'
import { DEFAULT_POLICY, type Policy, type UpstreamServer } from './front-door.ts'
import { renderNginxConfiguration, type Upstream } from './render.ts'
import { DNS_GENERATION } from './wheel-holder.ts'

const LISTEN = '8080'
/** Docker's own resolver, the same in every container. */
const RESOLVER = '127.0.0.11'

export type DockerLists = {
  /** Throws ProblemError, stage `listed`, on a list that cannot be written. */
  explicit(generation: string, servers: UpstreamServer[], policy: Policy): string
  /** The list that the front door starts with: whoever bears the backends' name. */
  byName(): string
}

/** The two configurations of a front door in the Compose project. `version` is asked anew each time: it may be replaced. */
export function dockerLists(version: () => string, backends: { host: string; port: number }): DockerLists {
  const render = (generation: string, upstream: Upstream, policy: Policy): string =>
    renderNginxConfiguration({ generation, upstream, policy, capabilities: capabilities(version()), listen: LISTEN })
  return {
    explicit(generation, servers, policy) {
      try {
        return render(generation, { by: 'list', servers }, policy)
      } catch (error) {
        const cause = error instanceof Error ? error.message : String(error)
        throw new ProblemError('not-reached', `The list cannot be written: ${cause}`, { stage: 'listed', cause })
      }
    },
    byName: () => render(DNS_GENERATION, { by: 'name', ...backends, resolver: RESOLVER }, DEFAULT_POLICY),
  }
}
