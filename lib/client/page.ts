import type { Commands } from './commands.ts'
import { createConnection } from './connection.ts'
import { createFrameLoop, type FrameLoop } from './frame-loop.ts'
import { INITIAL_PAGE_STATE, type PageState } from './page-state.ts'
import { RateSeries } from './rate-series.ts'
import { SampleLog } from './sample-log.ts'
import { createStore, type Store } from './store.ts'

/** The browser side of the contract as one thing: what is known, what can be asked, and the samples outside React. */
export type Page = {
  store: Store<PageState>
  log: SampleLog
  rates: RateSeries
  loop: FrameLoop
  commands: Commands
  /** Connects; in a browser only. Returns the way to disconnect. */
  connect: () => () => void
}

const tokenFromMeta = (): string =>
  document.querySelector<HTMLMetaElement>('meta[name="robinscope-token"]')?.content ?? ''

/** Makes no connection and touches no browser API before `connect`: safe while the server renders. */
export function createPage(): Page {
  const store = createStore(INITIAL_PAGE_STATE)
  const log = new SampleLog()
  const rates = new RateSeries()
  const { commands, connect } = createConnection({
    store,
    log,
    rates,
    readToken: tokenFromMeta,
    reloading: () => ({ storage: sessionStorage, reload: () => location.reload() }),
  })
  return { store, log, rates, loop: createFrameLoop(), commands, connect }
}
