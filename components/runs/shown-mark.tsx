'use client'

import { usePage } from '#lib/client/use-page.ts'
import { shownText } from './run-text.ts'

/** Beside the verdict while an earlier run is shown: what stands there is not live. */
export function ShownMark() {
  const text = usePage(({ shown: { burst, source } }) =>
    burst === null || source === 'live' ? null : `${shownText(burst, source)}, not live`,
  )
  return text && <span className="rounded-full border border-text px-2.5 py-0.5 text-xs">{text}</span>
}
