'use client'

import { Component, type ErrorInfo, type ReactNode } from 'react'
import { Button } from './button.tsx'

type PanelBoundaryProps = { name: string; children: ReactNode }
type PanelBoundaryState = { message: string | null }

/** One panel that breaks leaves the others working, says so, and can be tried again. */
export class PanelBoundary extends Component<PanelBoundaryProps, PanelBoundaryState> {
  override state: PanelBoundaryState = { message: null }

  static getDerivedStateFromError(error: unknown): PanelBoundaryState {
    return { message: error instanceof Error ? error.message : String(error) }
  }

  override componentDidCatch(error: unknown, { componentStack }: ErrorInfo): void {
    reportError(new Error(`${this.props.name} could not be drawn${componentStack ?? ''}`, { cause: error }))
  }

  override render(): ReactNode {
    if (this.state.message === null) return this.props.children
    return (
      <div className="m-auto grid max-w-96 justify-items-center gap-2 p-4 text-center" role="alert">
        <p className="font-semibold">{this.props.name} could not be drawn.</p>
        <p className="text-muted">{this.state.message}</p>
        <Button onClick={() => this.setState({ message: null })}>Try again</Button>
      </div>
    )
  }
}
