'use client'

import type { BackendKey } from '#lib/protocol/model.ts'

export type ClusterDiagramProps = {
  /** The backend that has the keyboard focus, or null: what destructive keys act on. Give a stable function. */
  onFocusBackend?: (backend: BackendKey | null) => void
  /** Offered when no backend is wanted. */
  onAddBackend?: () => void
}

/** The whole diagram with its caption and the line about the focused backend; fills the box it is put in (give it a height). */
export function ClusterDiagram(_props: ClusterDiagramProps) {
  return <div />
}
