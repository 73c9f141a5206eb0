import type { Commands } from './commands.ts'
import type { PageState } from './page-state.ts'
import type { RateSeries } from './rate-series.ts'
import type { SampleLog } from './sample-log.ts'
import type { Store } from './store.ts'

export type SocketLinkParts = { store: Store<PageState>; log: SampleLog; rates: RateSeries; readToken: () => string }

export function createSocketLink(_parts: SocketLinkParts): { commands: Commands; connect: () => () => void } {
  throw new Error('not yet')
}
