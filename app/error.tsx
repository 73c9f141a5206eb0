'use client'

export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <main className="mx-auto grid min-h-dvh max-w-md content-center justify-items-start gap-3 p-6">
      <h1 className="font-semibold text-lg">The page stopped working</h1>
      <p className="text-muted">
        The cluster and a burst that runs are not touched by this. What went wrong here: {error.message}
      </p>
      <button className="rounded-lg bg-act px-4 py-2 font-semibold text-ink" onClick={reset} type="button">
        Draw it again
      </button>
    </main>
  )
}
