import Link from 'next/link'

export default function NotFound() {
  return (
    <main className="mx-auto grid min-h-dvh max-w-md content-center gap-3 p-6">
      <h1 className="font-semibold text-lg">There is nothing at this address</h1>
      <p className="text-muted">Robinscope is one page, and it is at the root.</p>
      <p>
        <Link className="underline" href="/">
          Open it
        </Link>
      </p>
    </main>
  )
}
