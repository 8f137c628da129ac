using Microsoft.AspNetCore.Identity;

namespace IdentityApi;

internal sealed class AppUser : IdentityUser;
