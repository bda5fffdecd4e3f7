using Gatehouse.Protection.Http;

namespace Gatehouse.Users;

/// <summary>Another user has the name, or one that looks like it.</summary>
internal sealed class UserNameTakenException() : Exception("Another user has this name, or one that looks like it. Choose another name.");

/// <summary>An administrator lacks scopes of a role that the administrator gives, or that the user has.</summary>
internal sealed class BeyondOwnScopesException(string role, string scopes) : Exception(
    $"The role '{role}' grants {scopes}, which your token does not. You can give a role, and change a user with it, only if your token has all its scopes.")
{
    /// <summary>The missing scopes, separated by spaces.</summary>
    public string Scopes { get; } = scopes;
}

/// <summary>The change would leave no enabled administrator.</summary>
internal sealed class LastAdministratorException() : Exception("This is the last enabled administrator. Add another one first.");

/// <summary>Another writer changed the user since it was read.</summary>
internal sealed class UserChangedException() : Exception("The user has changed since it was read. Read it again.");

/// <summary>Maps the exceptions of this folder to problems.</summary>
internal sealed class UserProblems : IProblemMapper
{
    public Problem? Find(Exception exception) => exception switch
    {
        UserNameTakenException or LastAdministratorException => new Problem(ProblemType.Conflict, exception.Message),
        UserChangedException => Precondition.Stale().Problem,
        BreachedPasswordException breached => new Problem(ProblemType.InvalidRequest, "Some fields are missing or invalid; see errors.")
        {
            Errors = new Dictionary<string, string[]> { [breached.Field] = [breached.Message] },
        },
        _ => null,
    };
}
