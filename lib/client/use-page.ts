'use client'

import { createContext, useContext, useMemo, useSyncExternalStore } from 'react'
import type { Commands } from './commands.ts'
import type { FrameLoop } from './frame-loop.ts'
import type { Page } from './page.ts'
import { INITIAL_PAGE_STATE, type PageState, type Selection } from './page-state.ts'
import type { RateSeries } from './rate-series.ts'
import type { RunView } from './run-view.ts'
import type { SampleLog } from './sample-log.ts'

/** The client root creates one Page (page.ts) and provides it here: `<PageContext value={page}>`. */
export const PageContext = createContext<Page | null>(null)

function useProvidedPage(): Page {
  const page = useContext(PageContext)
  if (!page) throw new Error('Wrap it in <PageContext value={page}>: the dashboard creates one Page and provides it')
  return page
}

/**
 * A slice of the page's state; renders again only when the slice changed. Select narrowly: `usePage((page) => page.shown.live.totals.answered)`.
 * A selector may build a value; it is then built once per state, not once per call.
 */
export function usePage<Slice>(select: (state: PageState) => Slice): Slice {
  const { store } = useProvidedPage()
  const [getSnapshot, getServerSnapshot] = useMemo(() => {
    const cached = (getState: () => PageState) => {
      let last: { state: PageState; slice: Slice } | null = null
      return () => {
        const state = getState()
        if (last?.state !== state) last = { state, slice: select(state) }
        return last.slice
      }
    }
    return [cached(store.getState), cached(() => INITIAL_PAGE_STATE)]
  }, [store, select])
  return useSyncExternalStore(store.subscribe, getSnapshot, getServerSnapshot)
}

function useView(): RunView {
  const { store, view } = useProvidedPage()
  return useSyncExternalStore(store.subscribe, view, view)
}

/**
 * The shown run's samples, which live outside React: read them from a canvas or a table, listen with `log.subscribe`.
 * Another log when another run is shown; the same one, with `resets` counted up, when the live run is a new one.
 */
export const useSampleLog = (): SampleLog => useView().log
/** The shown run's rates; as with the log. */
export const useRateSeries = (): RateSeries => useView().rates
export const useCommands = (): Commands => useProvidedPage().commands
/** Selects a thing on the page, or nothing (null). What is selected stands in `PageState.selection`. */
export const useSelect = (): ((selection: Selection) => void) => useProvidedPage().select
/** The page's one animation loop: it sleeps when nothing moves. */
export const useFrameLoop = (): FrameLoop => useProvidedPage().loop
