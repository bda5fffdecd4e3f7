using Gatehouse.Protection.Http;

namespace Gatehouse.Users;

/// <summary>Another user has the name, or one that looks like it.</summary>
internal sealed class UserNameTakenException() : Exception("Another user has this name, or one that looks like it. Choose another name.");

/// <summary>Another user has verified the address.</summary>
internal sealed class EmailTakenException(Exception? innerException = null) : Exception("Another user has this e-mail address.", innerException);

/// <summary>An administrator gives rights, or changes someone with rights, beyond the scopes of the own token.</summary>
internal sealed class BeyondOwnScopesException(string message, string scopes) : Exception(message)
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
        UserNameTakenException or EmailTakenException or LastAdministratorException => new Problem(ProblemType.Conflict, exception.Message),
        UserChangedException => Precondition.Stale().Problem,
        BreachedPasswordException breached => new Problem(ProblemType.InvalidRequest, "Some fields are missing or invalid; see errors.")
        {
            Errors = new Dictionary<string, string[]> { [breached.Field] = [breached.Message] },
        },
        _ => null,
    };
}
