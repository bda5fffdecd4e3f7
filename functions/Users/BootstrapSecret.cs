namespace Gatehouse.Users;

/// <summary>The first administrator, as the secret describes it: with a password or with its hash.</summary>
internal sealed record BootstrapSecret(string? Username, string? Password, string? PasswordHash)
{
    // A record prints its members; this one must not end in a log.
    public override string ToString() => nameof(BootstrapSecret);
}
