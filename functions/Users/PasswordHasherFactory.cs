using Microsoft.AspNetCore.Identity;

namespace Gatehouse.Users;

/// <summary>Makes what hashes with a number of iterations. All hashing goes through it, so what a sign-in costs can be counted.</summary>
internal delegate IPasswordHasher<object> PasswordHasherFactory(int iterations);
