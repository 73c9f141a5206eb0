import { createConnection } from '#lib/client/connection.ts'
import { INITIAL_PAGE_STATE, type PageState } from '#lib/client/page-state.ts'
import { RateSeries } from '#lib/client/rate-series.ts'
import { SampleLog } from '#lib/client/sample-log.ts'
import { createStore, type Store } from '#lib/client/store.ts'

/** What a page knows, by the page's own code, without a browser. */
export type NodePage = { store: Store<PageState>; log: SampleLog; close(): void }

/** Connects as the page does: resumes after every cut, says how far it took the samples in. */
export function openNodePage(url: string, token: string): NodePage {
  const store = createStore(INITIAL_PAGE_STATE)
  const log = new SampleLog()
  const storage = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined }
  const { connect } = createConnection({
    ...{ store, log, rates: new RateSeries(), url },
    readToken: () => token,
    reloading: () => ({ storage, reload: () => undefined }),
  })
  return { store, log, close: connect() }
}
