/** @type {import('next').NextConfig} */
export default {
  agentRules: false,
  poweredByHeader: false,
  productionBrowserSourceMaps: false,
  reactStrictMode: true,
  // Types are checked by `npm test`; a start need not wait for it.
  typescript: { ignoreBuildErrors: true },
  images: { unoptimized: true },
}
