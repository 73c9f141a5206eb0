import type { Commands } from './commands.ts'
import { createFrameLoop, type FrameLoop } from './frame-loop.ts'
import { INITIAL_PAGE_STATE, type PageState } from './page-state.ts'
import { RateSeries } from './rate-series.ts'
import { SampleLog } from './sample-log.ts'
import { createSocketLink } from './socket.ts'
import { createStore, type Store } from './store.ts'

/** The browser side of the contract as one thing: what is known, what can be asked, and the samples outside React. */
export type Page = {
  store: Store<PageState>
  log: SampleLog
  rates: RateSeries
  loop: FrameLoop
  commands: Commands
  /** Connects; call it in an effect. Returns the way to disconnect, for the effect's cleanup. */
  connect: () => () => void
}

/** Makes no connection and touches no browser API: safe while the server renders. `readToken` is asked at each connect. */
export function createPage(readToken: () => string = tokenFromMeta): Page {
  const store = createStore(INITIAL_PAGE_STATE)
  const log = new SampleLog()
  const rates = new RateSeries()
  const { commands, connect } = createSocketLink({ store, log, rates, readToken })
  return { store, log, rates, loop: createFrameLoop(), commands, connect }
}

const tokenFromMeta = (): string =>
  document.querySelector<HTMLMetaElement>('meta[name="robinscope-token"]')?.content ?? ''
