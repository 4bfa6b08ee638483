/**
 * What ships, as its users meet it: the tar.gz unpacked, the image in its container, the compose
 * file, the Kubernetes manifests. Imports nothing of the gateway.
 */
@NullMarked
package dev.bearward.docker;

import org.jspecify.annotations.NullMarked;
