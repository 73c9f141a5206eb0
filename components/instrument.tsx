'use client'

import { useState } from 'react'
import { useCommands } from '#lib/client/use-page.ts'
import { useBurstForm } from './burst-form/use-burst-form.ts'
import { LatencyChart } from './charts/latency-chart.tsx'
import { RateChart } from './charts/rate-chart.tsx'
import { ClusterDiagram } from './diagram/cluster-diagram.tsx'
import { HelpDialog } from './help/help-dialog.tsx'
import { useShortcuts } from './help/use-shortcuts.ts'
import { Inspector } from './inspector/inspector.tsx'
import { Announcer } from './notices/announcer.tsx'
import { NoticeBar } from './notices/notice-bar.tsx'
import { StaleMark } from './notices/stale-mark.tsx'
import { ReplicaStepper } from './replicas/replica-stepper.tsx'
import { ScaleProblem } from './replicas/scale-problem.tsx'
import { useReplicas } from './replicas/use-replicas.ts'
import type { TableFilter } from './sample-table/table-rows.ts'
import { useSelectionKeys } from './selection/use-selection-keys.ts'
import { PageMarkSync } from './strip/page-mark-sync.tsx'
import { Strip } from './strip/strip.tsx'
import { TapePanel } from './tape-panel/tape-panel.tsx'
import { Panel } from './ui/panel.tsx'
import { PanelBoundary } from './ui/panel-boundary.tsx'

/** The whole page on one screen: what runs, what it looks like, what to send, what came of it. */
export function Instrument() {
  const form = useBurstForm()
  const replicas = useReplicas()
  const [helpOpen, setHelpOpen] = useState(false)
  const [table, setTable] = useState<TableFilter | null>(null)
  const addBackend = () => replicas.step(1)
  const commands = useCommands()
  const selectionKeys = useSelectionKeys(form.cancel)
  useShortcuts({
    send: form.send,
    one: form.sendOne,
    more: addBackend,
    fewer: () => replicas.step(-1),
    ...selectionKeys,
    live: commands.showLive,
    table: () => setTable((shown) => (shown === null ? 'all' : null)),
    help: () => setHelpOpen(true),
  })
  return (
    <>
      <Strip onHelp={() => setHelpOpen(true)} />
      <NoticeBar />
      <main className="instrument">
        <Panel
          aside={
            <>
              <StaleMark cluster />
              <span className="flex-1" />
              <ReplicaStepper replicas={replicas} />
            </>
          }
          className="panel-cluster pt-2"
          headClassName="px-4"
          title="Cluster"
        >
          <ScaleProblem replicas={replicas} />
          <div className="relative min-h-0 flex-1">
            <PanelBoundary name="The cluster">
              <ClusterDiagram onAddBackend={addBackend} />
            </PanelBoundary>
          </div>
        </Panel>
        <TapePanel onSend={form.send} onTable={setTable} table={table} />
        <div className="panel-charts grid min-h-0 gap-3 wide:grid-cols-2">
          <PanelBoundary name="The chart of rates">
            <RateChart />
          </PanelBoundary>
          <PanelBoundary name="The chart of latencies">
            <LatencyChart />
          </PanelBoundary>
        </div>
        <Inspector form={form} />
      </main>
      <HelpDialog onOpenChange={setHelpOpen} open={helpOpen} />
      <Announcer />
      <PageMarkSync />
    </>
  )
}
