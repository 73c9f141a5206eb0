'use client'

import { Button } from '#components/ui/button.tsx'
import { Popover } from '#components/ui/popover.tsx'
import { usePage } from '#lib/client/use-page.ts'
import { pillText } from './strip-text.ts'

/** Which cluster runs, why, and how to get the other. */
export function ClusterPill() {
  const cluster = usePage((state) => state.cluster)
  const version = usePage((state) => state.version)
  if (!cluster) return <span className="rounded-full border border-line px-3 py-1 text-muted text-xs">connecting</span>
  return (
    <Popover title="Which cluster this is" trigger={<Button>{pillText(cluster)}</Button>}>
      <div className="grid gap-2 text-muted">
        <p>{cluster.reason}</p>
        <p>{cluster.otherwise}</p>
        {version && <p className="text-xs">Robinscope {version}</p>}
      </div>
    </Popover>
  )
}
