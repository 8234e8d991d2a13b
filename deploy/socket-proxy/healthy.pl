#!/usr/bin/perl
# The health check of the container: does the engine answer through the proxy? Debian's base has Perl.
use strict;
use warnings;
use IO::Socket::UNIX;

my $proxy = IO::Socket::UNIX->new(Peer => $ENV{SEAWALL_PROXY_SOCKET}, Timeout => 5)
    or die "the proxy does not listen: $!\n";
print $proxy "HEAD /_ping HTTP/1.0\r\n\r\n";
my $status = <$proxy> // 'nothing';
die "the engine says: $status\n" unless $status =~ m{^HTTP/1\.[01] 200 };
