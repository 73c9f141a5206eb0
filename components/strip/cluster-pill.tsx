'use client'

import { useState } from 'react'
import { Button } from '#components/ui/button.tsx'
import { Popover } from '#components/ui/popover.tsx'
import { Switch } from '#components/ui/switch.tsx'
import { useCommands, usePage } from '#lib/client/use-page.ts'
import { pillText } from './strip-text.ts'

/** Which cluster runs, why, and how to get the other. */
export function ClusterPill() {
  const cluster = usePage((state) => state.cluster)
  const version = usePage((state) => state.version)
  if (!cluster) return <span className="rounded-full border border-line px-3 py-1 text-muted text-xs">connecting</span>
  return (
    <Popover title="Cluster" trigger={<Button>{pillText(cluster)}</Button>}>
      <div className="grid gap-2 text-muted">
        <p>{cluster.reason}</p>
        <p>{cluster.howToSwitch}</p>
        {cluster.can.membership && <FollowDeaths />}
        {version && <p className="text-xs">Robinscope {version}</p>}
      </div>
    </Popover>
  )
}

/** Off, as in production: the front door's own way with dead backends is what one sees. */
function FollowDeaths() {
  const commands = useCommands()
  const followDeaths = usePage((state) => state.cluster?.followDeaths ?? false)
  const readOnly = usePage((state) => state.link.state !== 'live' || state.cluster?.trouble?.code === 'read-only')
  const [refusal, setRefusal] = useState<string | null>(null)
  const handleChange = async (next: boolean) => {
    const ack = await commands.followDeaths(next)
    setRefusal(ack.ok ? null : ack.problem.detail)
  }
  return (
    <div className="border-line border-t pt-2">
      <Switch
        checked={followDeaths}
        disabled={readOnly}
        label="Remove dead backends immediately"
        onCheckedChange={handleChange}
      />
      <p className="text-xs">
        When off, they stay in the front door&apos;s list, as in production: it has to notice by itself.
      </p>
      {refusal && <p className="text-failed text-xs">{refusal}</p>}
    </div>
  )
}
