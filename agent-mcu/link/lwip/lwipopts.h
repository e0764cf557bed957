/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What a board takes of lwIP: TCP that dials, and IP. Ethernet and ARP are UdpStack's. */

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0 /* the idle loop alone */
#define LWIP_SINGLE_NETIF 1
#define LWIP_ARP 0
#define LWIP_ETHERNET 0
#define LWIP_ICMP 0
#define LWIP_RAW 0
#define LWIP_UDP 0
#define LWIP_IPV6 0
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define LWIP_STATS 0
#define IP_REASSEMBLY 0
#define IP_FRAG 0
#define IP_OPTIONS_ALLOWED 0

#define MEM_ALIGNMENT 4
#define MEM_SIZE (10 * 1024) /* what was sent and is not acknowledged, of two connections */
#define PBUF_POOL_SIZE 6     /* what came and was not read yet */
#define MEMP_NUM_TCP_PCB 4
#define MEMP_NUM_TCP_PCB_LISTEN 1
#define MEMP_NUM_TCP_SEG 16
#define TCP_MSS 1460
#define TCP_WND (2 * TCP_MSS)
#define TCP_SND_BUF (2 * TCP_MSS)
#define TCP_SND_QUEUELEN 8
#define TCP_QUEUE_OOSEQ 0
#define LWIP_WND_SCALE 0

/* A bridge is near: what is lost is sent again soon. */
#define TCP_TMR_INTERVAL 50
#define LWIP_TCP_RTO_TIME 200
