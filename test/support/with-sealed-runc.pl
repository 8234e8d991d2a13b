# perl with-sealed-runc.pl FOLDER COMMAND...: runs dockerd, which finds as FOLDER/runc the `runc` of its path in memory where
# nobody can change it. Of any other one runc makes such a copy for each container and each command in one; its own
# memfd-bind does the same for a whole machine.
my ($folder, @command) = @ARGV;
my %memfd_create = (x86_64 => 319, aarch64 => 279);
chomp(my $machine = `uname -m`);
my ($runc) = grep { -x and !/^\Q$folder\E/ } map { "$_/runc" } split /:/, $ENV{PATH};
my $name = 'runc';
my $sealed = syscall $memfd_create{$machine}, $name, 2; # MFD_ALLOW_SEALING
open my $from, '<:raw', $runc or die "$runc: $!";
open my $to, '>&', $sealed or die "no memory: $!";
binmode $to;
while (sysread $from, my $part, 1 << 20) { syswrite $to, $part or die $! }
fcntl $to, 1033, 15 or die "not sealed: $!"; # F_ADD_SEALS: seal, shrink, grow, write
close $to;
unlink "$folder/runc";
symlink "/proc/$$/fd/$sealed", "$folder/runc" or die $!;
# What runc is to call between making a container and starting it dockerd names by the link to itself; what stands over that
# link is called instead, and is dockerd where the kernel lets nothing stand there. Whose users are mapped away has to see
# all of /proc to mount one of its own.
if (!grep { $_ eq '--userns-remap' } @command) {
  (my $teller = $0) =~ s{[^/]*$}{tell-network.pl};
  my ($nothing, $link) = ('', "/proc/$$/exe");
  my $mount = syscall 428, -100, $teller, 0x80001; # open_tree: a clone of it, closed by exec
  syscall 429, $mount, $nothing, -100, $link, 4; # move_mount: on the link, not on where it leads
}
exec @command or die $!;
