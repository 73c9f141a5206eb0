import type { Metadata, Viewport } from 'next'
import { headers } from 'next/headers'
import { connection } from 'next/server'
import type { ReactNode } from 'react'
import '@fontsource-variable/inter/wght.css'
import '@fontsource-variable/jetbrains-mono/wght.css'
import './globals.css'

export const metadata: Metadata = {
  title: 'Robinscope',
  description: 'See, test and prove what your load balancer does.',
  manifest: '/manifest.webmanifest',
  icons: { icon: { url: '/favicon-ok.svg', type: 'image/svg+xml' } },
}

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f6f7f9' },
    { media: '(prefers-color-scheme: dark)', color: '#0c0f14' },
  ],
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  // A page that was rendered ahead of the request could carry neither its nonce nor its token.
  await connection()
  const asked = await headers()
  const nonce = asked.get('x-nonce') ?? undefined
  return (
    <html lang="en" suppressHydrationWarning>
      <head>
        <meta name="robinscope-token" content={asked.get('x-robinscope-token') ?? ''} />
        {/* Browsers hide a nonce from scripts, so it never matches in hydration. */}
        <script src="/theme.js" nonce={nonce} suppressHydrationWarning />
      </head>
      <body>{children}</body>
    </html>
  )
}
