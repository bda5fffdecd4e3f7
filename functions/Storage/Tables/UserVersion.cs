using System.Collections.Immutable;

namespace Gatehouse.Storage.Tables;

/// <summary>
/// The version of a user: that of the entity, with a hash of the roles. The hash shows whether a write changes the
/// roles without another read of the user.
/// </summary>
/// <param name="Entity">The version of the entity.</param>
/// <param name="RolesHash"><see cref="Hash"/> of the roles.</param>
internal readonly record struct UserVersion(string Entity, string RolesHash)
{
    private const char Separator = '.';
    private const int HashLength = 16;

    public static UserVersion Parse(string text)
    {
        var end = text.LastIndexOf(Separator);
        return new UserVersion(text[..end], text[(end + 1)..]);
    }

    public static string Hash(ImmutableArray<string> roles) => TableKey.Of(TableValues.Store(roles))[..HashLength];

    public bool IsOf(ImmutableArray<string> roles) => RolesHash == Hash(roles);

    public override string ToString() => $"{Entity}{Separator}{RolesHash}";
}
