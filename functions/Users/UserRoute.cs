using Gatehouse.Protection.Http;

namespace Gatehouse.Users;

/// <summary>Finds the user that a URL names.</summary>
internal static class UserRoute
{
    /// <summary>The user with a name, or an id, of a URL's path.</summary>
    /// <exception cref="ProblemException">There is no such user (404).</exception>
    public static async Task<User> FindByRouteAsync(this IUserStore users, string username, CancellationToken cancellationToken)
    {
        // A route value arrives decoded, except for the slash.
        var text = username.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

        // Ids first, or a user could take the id of another as a name, and be changed in its place.
        var user = User.IsId(text) ? await users.FindByIdAsync(text, cancellationToken) : null;
        user ??= UserName.TryParse(text, out var name) ? await users.FindAsync(name, cancellationToken) : null;
        return user ?? throw new ProblemException(ProblemType.NotFound, "There is no user with this name or id.");
    }
}
