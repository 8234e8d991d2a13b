#!/usr/bin/perl
# What `ask-places.ts` starts in the network of a container: `ask-places.pl SECONDS PLACE...` asks places such as
# `10.0.0.2:80` or `[fd00::2]:80` all at once, and prints for each what was answered, or why nothing was, behind a `!`.
# No modules, which would take longer than all it does.
my ($seconds, @places) = @ARGV;
my %why = (101 => 'ENETUNREACH', 111 => 'ECONNREFUSED', 113 => 'EHOSTUNREACH');
my ($connecting, $answering, %asked) = ('', '');

sub say_of {
    my ($number, $word) = @_;
    my $one = delete $asked{$number};
    vec($_, $number, 1) = 0 for $connecting, $answering;
    print "$one->{place} $word\n";
}
sub failed { return '!' . ($why{ $_[0] } || "error $_[0]") }

sub address {
    my ($host, $port) = @_;
    return (2, pack 'S n C4 x8', 2, $port, split /\./, $host) if $host !~ /:/;
    my ($first, $last) = map { [split /:/] } split /::/, $host, 2;
    my @middle = (0) x (8 - @$first - ($last ? @$last : 0));
    return (10, pack 'S n N n8 L', 10, $port, 0, (map { hex } @$first, @middle, $last ? @$last : ()), 0);
}

for my $place (@places) {
    my ($host, $port) = $place =~ /^\[?(.+?)\]?:(\d+)$/ or die "$place is no place";
    my ($family, $address) = address($host, $port);
    socket my $socket, $family, 1 | 2048, 0 or die $!; # SOCK_STREAM, SOCK_NONBLOCK
    my $number = fileno $socket;
    $asked{$number} = { place => $place, socket => $socket, told => '' };
    vec($connecting, $number, 1) = 1;
    # EINPROGRESS
    say_of($number, failed($! + 0)) unless connect $socket, $address or $! == 115;
}
for (my $left = $seconds; %asked and $left > 0;) {
    my ($heard, $reached) = ($answering, $connecting);
    (undef, $left) = select $heard, $reached, undef, $left;
    for my $number (keys %asked) {
        my $one = $asked{$number};
        if (vec $reached, $number, 1) {
            my $error = unpack 'i', getsockopt $one->{socket}, 1, 4; # SOL_SOCKET, SO_ERROR
            if ($error) { say_of($number, failed($error)); next }
            vec($connecting, $number, 1) = 0;
            vec($answering, $number, 1) = 1;
            syswrite $one->{socket}, "GET /_ping HTTP/1.0\r\n\r\n";
        }
        elsif (vec $heard, $number, 1) {
            my $read = sysread $one->{socket}, $one->{told}, 65536, length $one->{told};
            if (!defined $read) { say_of($number, failed($! + 0)) }
            elsif (!$read) {
                my ($body) = $one->{told} =~ m{^HTTP/\S+ 200 .*?\r\n\r\n\s*(.*?)\s*$}s;
                say_of($number, length $body ? $body : '!strange');
            }
        }
    }
}
say_of($_, '!silent') for keys %asked;
