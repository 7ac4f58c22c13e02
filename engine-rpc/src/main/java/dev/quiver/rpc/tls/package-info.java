/**
 * Who a peer is and how it proves it: an application's own certificate authority, the certificates it issues, and the
 * TLS 1.3 contexts made from them. Everything here is immutable or guards itself, so any thread may use it. Read {@link
 * dev.quiver.rpc.tls.PeerIdentity} first, then {@link dev.quiver.rpc.tls.CertificateAuthority}; the ASN.1 of a
 * certificate is written in {@code CertificateWriter}. Signing, key generation, path validation and TLS itself are the
 * JDK's: there is no cryptography of our own in this package.
 */
package dev.quiver.rpc.tls;
