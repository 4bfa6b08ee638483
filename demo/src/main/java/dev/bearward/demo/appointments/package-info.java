/**
 * The sample API behind the gateway: appointments and contacts, kept in an embedded database. It
 * knows nothing of OAuth and believes the identity header, so only the gateway may reach it. It
 * uses {@code web} and nothing else of ours.
 */
@NullMarked
package dev.bearward.demo.appointments;

import org.jspecify.annotations.NullMarked;
