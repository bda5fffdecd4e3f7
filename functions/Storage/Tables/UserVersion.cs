using System.Collections.Immutable;
using Gatehouse.Users;

namespace Gatehouse.Storage.Tables;

/// <summary>
/// The version of a user: that of the entity, with hashes of the roles and of the verified address. The hashes show whether a
/// write changes these without another read of the user.
/// </summary>
/// <param name="Entity">The version of the entity.</param>
/// <param name="RolesHash"><see cref="Hash"/> of the roles.</param>
/// <param name="EmailHash">The <see cref="TableKey"/> of the verified address; empty without one.</param>
internal readonly record struct UserVersion(string Entity, string RolesHash, string EmailHash)
{
    private const char Separator = '.';
    private const int HashLength = 16;

    public static UserVersion Parse(string text)
    {
        var last = text.LastIndexOf(Separator);
        var first = text.LastIndexOf(Separator, last - 1);
        return new UserVersion(text[..first], text[(first + 1)..last], text[(last + 1)..]);
    }

    public static UserVersion Of(User user, string entity) => new(entity, Hash(user.Roles), user.VerifiedEmail is { } email ? TableKey.Of(email.Value) : "");

    public static string Hash(ImmutableArray<string> roles) => TableKey.Of(TableValues.Store(roles))[..HashLength];

    public bool IsOf(ImmutableArray<string> roles) => RolesHash == Hash(roles);

    public override string ToString() => $"{Entity}{Separator}{RolesHash}{Separator}{EmailHash}";
}
