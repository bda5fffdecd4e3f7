using Gatehouse.Users;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gatehouse.Tests.Integration.Authentication;

/// <summary>How many iterations a host's hashing has cost.</summary>
internal sealed class HashingWork
{
    private long _iterations;

    /// <summary>Counts all the hashing of a host.</summary>
    public void Register(IServiceCollection services)
    {
        var own = (Func<int, IPasswordHasher<object>>)services.Last(static service => service.ServiceType == typeof(Func<int, IPasswordHasher<object>>)).ImplementationInstance!;
        services.Replace(ServiceDescriptor.Singleton<Func<int, IPasswordHasher<object>>>(iterations => new Hasher(this, own(iterations), iterations)));
    }

    /// <summary>What was spent since this was asked last.</summary>
    public long Take() => Interlocked.Exchange(ref _iterations, 0);

    private sealed class Hasher(HashingWork work, IPasswordHasher<object> own, int iterations) : IPasswordHasher<object>
    {
        public string HashPassword(object user, string password)
        {
            Interlocked.Add(ref work._iterations, iterations);
            return own.HashPassword(user, password);
        }

        public PasswordVerificationResult VerifyHashedPassword(object user, string hashedPassword, string providedPassword)
        {
            // A hash is compared by making one of as many iterations.
            Interlocked.Add(ref work._iterations, HashedPassword.ReadIterations(hashedPassword));
            return own.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }
}
